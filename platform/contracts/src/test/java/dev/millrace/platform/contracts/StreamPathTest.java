package dev.millrace.platform.contracts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.millrace.platform.testkit.Mutator;
import dev.millrace.protocols.wire.Malformed;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class StreamPathTest {
    record Good(String name, String text, String path) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Good> good() {
        return Stream.of(
                new Good("one segment", "mine", "mine"),
                new Good("slash before", "/mine", "mine"),
                new Good("slash behind", "mine/", "mine"),
                new Good("three segments", "/a/b/c", "a/b/c"),
                new Good("every allowed mark", "A-z_0.9~", "A-z_0.9~"),
                new Good("a name with dots", "..a", "..a"),
                new Good("three dots", "a/...", "a/..."),
                new Good("reserved, but not first", "cams/api", "cams/api"),
                new Good("reserved, but longer", "apis", "apis"),
                new Good("reserved, in capitals", "API", "API"),
                new Good("255 characters", "x".repeat(255), "x".repeat(255)));
    }

    @ParameterizedTest
    @MethodSource("good")
    void isTaken(Good row) {
        assertThat(StreamPath.parse(row.text()).text()).isEqualTo(row.path());
        assertThat(StreamPath.parse(row.text()))
                .isEqualTo(new StreamPath(row.path()))
                .hasToString(row.path());
    }

    record Bad(String name, String text) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Bad> bad() {
        List<Bad> rows = new ArrayList<>(List.of(
                new Bad("nothing", ""),
                new Bad("one slash", "/"),
                new Bad("two slashes", "//"),
                new Bad("empty segment", "a//b"),
                new Bad("two slashes before", "//a"),
                new Bad("two slashes behind", "a//"),
                new Bad("dot", "."),
                new Bad("dot segment", "a/./b"),
                new Bad("dot dot", ".."),
                new Bad("climbing first", "../a"),
                new Bad("climbing in the middle", "a/../b"),
                new Bad("climbing last", "a/.."),
                new Bad("climbing with a slash behind", "a/../"),
                new Bad("escaped dots", "a/%2e%2e/b"),
                new Bad("escaped twice", "a/%252e%252e/b"),
                new Bad("escaped slash", "a%2fb"),
                new Bad("backslash", "a\\b"),
                new Bad("climbing with a backslash", "..\\a"),
                new Bad("NUL", "a\0b"),
                new Bad("NUL behind", "a\0"),
                new Bad("line feed", "a\nb"),
                new Bad("carriage return", "a\r\nb"),
                new Bad("tab", "a\tb"),
                new Bad("space", "a b"),
                new Bad("question mark", "a?b=c"),
                new Bad("hash", "a#b"),
                new Bad("colon", "c:a"),
                new Bad("at sign", "user@host"),
                new Bad("asterisk", "*"),
                new Bad("semicolon", "a;b"),
                new Bad("angle brackets", "<script>"),
                new Bad("letter with an accent", "caf\u00e9"),
                new Bad("full width full stops", "a/\uff0e\uff0e"),
                new Bad("one dot leader", "a/\u2024\u2024"),
                new Bad("division slash", "a\u2215b"),
                new Bad("right to left mark", "a\u202eb"),
                new Bad("half a surrogate pair", "a\ud800"),
                new Bad("256 characters", "x".repeat(256)),
                new Bad("255 characters with a slash in front are 255, 256 are not", "/" + "x".repeat(256)),
                new Bad("4 KiB", "x".repeat(4_096)),
                new Bad("4 KiB of segments", "x/".repeat(2_048))));
        StreamPath.RESERVED.stream()
                .sorted()
                .flatMap(word -> Stream.of(
                        new Bad("reserved " + word, word),
                        new Bad("reserved " + word + " with more", "/" + word + "/x")))
                .forEach(rows::add);
        return rows.stream();
    }

    @ParameterizedTest
    @MethodSource("bad")
    void isRefused(Bad row) {
        Malformed refused = catchThrowableOfType(Malformed.class, () -> StreamPath.parse(row.text()));
        assertThat(refused.rule()).isEqualTo("stream-path");
        assertThat(refused.getMessage()).hasSizeLessThan(200).matches("[ -~]*");
    }

    @Test
    void whateverIsTakenIsSafeAsItStands() {
        List<byte[]> samples = Stream.concat(good().map(Good::text), bad().map(Bad::text))
                .map(text -> text.getBytes(StandardCharsets.UTF_8))
                .filter(bytes -> bytes.length > 0)
                .toList();
        Mutator.of(11).run("stream path", 200_000, samples, input -> {
            try {
                String text = StreamPath.parse(new String(input, StandardCharsets.UTF_8))
                        .text();
                assertThat(text)
                        .matches("[A-Za-z0-9._~-]+(/[A-Za-z0-9._~-]+)*")
                        .hasSizeLessThanOrEqualTo(StreamPath.LENGTH_LIMIT);
                assertThat(List.of(text.split("/"))).doesNotContain(".", "..");
                assertThat(StreamPath.RESERVED).doesNotContain(text.split("/")[0]);
            } catch (Malformed expected) {
                assertThat(expected.rule()).isEqualTo("stream-path");
            }
        });
    }

    @Test
    void pathsSortByTheirText() {
        assertThat(Stream.of("b", "a/b", "a").map(StreamPath::parse).sorted().map(StreamPath::text))
                .containsExactly("a", "a/b", "b");
    }
}
