package dev.millrace.protocols.digest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.platform.testkit.Mutator;
import dev.millrace.protocols.wire.Malformed;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Reading and writing the header values. */
class HeadersTest {
    private static final String REST = "realm=\"r\", nonce=\"n\", uri=\"sip:r\", response=\"x\"";

    @Test
    void theExampleOfTheRfcIsReadAndWritten() {
        Credentials mufasa = Credentials.parse(Samples.MUFASA);
        assertThat(mufasa.username()).isEqualTo("Mufasa");
        assertThat(mufasa.realm()).isEqualTo("http-auth@example.org");
        assertThat(mufasa.nonce()).isEqualTo(Samples.NONCE);
        assertThat(mufasa.uri()).isEqualTo("/dir/index.html");
        assertThat(mufasa.count()).isEqualTo(1);
        assertThat(mufasa.qop()).isEqualTo("auth");
        assertThat(Credentials.parse(mufasa.encode())).isEqualTo(mufasa);
        Challenge challenge = Challenge.parse(Samples.CHALLENGE);
        assertThat(challenge.qop()).containsExactly("auth", "auth-int");
        assertThat(challenge.stale()).isTrue();
        assertThat(challenge.userhash()).isTrue();
        assertThat(challenge.encode()).isEqualTo(Samples.CHALLENGE);
    }

    /** @param username what must be read */
    record Tolerated(String name, String header, String username, String qop) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Tolerated> tolerated() {
        return Stream.of(
                new Tolerated("order and case of names", "DIGEST " + REST + ", USERNAME=\"a\"", "a", ""),
                new Tolerated("nothing quoted", "Digest username=a, " + REST, "a", ""),
                new Tolerated(
                        "everything quoted",
                        "Digest username=\"a\", " + REST + ", qop=\"auth\", nc=\"00000001\", cnonce=\"c\"",
                        "a",
                        "auth"),
                new Tolerated("blanks around equals", "Digest  username = \"a\" , " + REST, "a", ""),
                new Tolerated("empty list elements", "Digest ,, username=\"a\",, " + REST + ",", "a", ""),
                new Tolerated("folded line", "Digest username=\"a\",\r\n  " + REST, "a", ""),
                new Tolerated("escaped quote", "Digest username=\"a\\\"b\", " + REST, "a\"b", ""),
                new Tolerated("escaped backslash", "Digest username=\"a\\\\b\", " + REST, "a\\b", ""),
                new Tolerated("comma inside quotes", "Digest username=\"a,b=c\", " + REST, "a,b=c", ""),
                new Tolerated("empty name", "Digest username=\"\", " + REST, "", ""),
                new Tolerated(
                        "extended name", "Digest username*=UTF-8''J%C3%A4s%C3%b8n, " + REST, "J\u00e4s\u00f8n", ""),
                new Tolerated("unknown parameter", "Digest username=\"a\", " + REST + ", x-y=\"1\", auts=z", "a", ""),
                new Tolerated("base64 unquoted", "Digest username=\"a\", " + REST + ", opaque=ab==", "a", ""));
    }

    @ParameterizedTest
    @MethodSource("tolerated")
    void fieldSpellings(Tolerated row) {
        Credentials credentials = Credentials.parse(row.header());
        assertThat(credentials.username()).isEqualTo(row.username());
        assertThat(credentials.qop()).isEqualTo(row.qop());
        assertThat(credentials.realm()).isEqualTo("r");
        assertThat(credentials.response()).isEqualTo("x");
        Credentials again = Credentials.parse(credentials.encode());
        assertThat(again).isEqualTo(credentials);
    }

    record Bad(String name, String header) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Bad> bad() {
        String all = "username=\"a\", " + REST;
        return Stream.of(
                new Bad("empty", ""),
                new Bad("another scheme", "Basic QWxhZGRpbg=="),
                new Bad("scheme only", "Digest"),
                new Bad("scheme and blank", "Digest "),
                new Bad("scheme that only begins so", "Digestive " + all),
                new Bad("no username", "Digest " + REST),
                new Bad("no realm", "Digest username=a, nonce=n, uri=u, response=r"),
                new Bad("no nonce", "Digest username=a, realm=n, uri=u, response=r"),
                new Bad("no uri", "Digest username=a, realm=n, nonce=u, response=r"),
                new Bad("no response", "Digest username=a, realm=n, nonce=u, uri=r"),
                new Bad("qop without nc", "Digest " + all + ", qop=auth, cnonce=c"),
                new Bad("qop without cnonce", "Digest " + all + ", qop=auth, nc=00000001"),
                new Bad("nc no number", "Digest " + all + ", qop=auth, cnonce=c, nc=0000000g"),
                new Bad("nc with a sign", "Digest " + all + ", qop=auth, cnonce=c, nc=-1"),
                new Bad("nc of nine digits", "Digest " + all + ", qop=auth, cnonce=c, nc=000000001"),
                new Bad("nc of other digits", "Digest " + all + ", qop=auth, cnonce=c, nc=\u0661"),
                new Bad("parameter twice", "Digest " + all + ", USERNAME=b"),
                new Bad("quote without end", "Digest " + all + ", opaque=\"x"),
                new Bad("escape at the end", "Digest " + all + ", opaque=\"x\\"),
                new Bad("text behind a quote", "Digest " + all + ", opaque=\"x\"y"),
                new Bad("no equals", "Digest " + all + ", opaque"),
                new Bad("no name", "Digest " + all + ", =x"),
                new Bad("control character", "Digest " + all + ", opaque=\"\u0000\""),
                new Bad("line end inside quotes", "Digest " + all + ", opaque=\"a\r\nVia: x\""),
                new Bad("extended name without charset", "Digest username*=a, " + REST),
                new Bad("extended name, broken escape", "Digest username*=UTF-8''a%4, " + REST),
                new Bad("33 parameters", "Digest " + all + many(28)),
                new Bad("beyond the limit", "Digest " + all + ", opaque=\"" + "x".repeat(AuthParam.MAX_LENGTH) + "\""));
    }

    private static String many(int count) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < count; i++) {
            text.append(", p").append(i).append("=1");
        }
        return text.toString();
    }

    @ParameterizedTest
    @MethodSource("bad")
    void brokenOnesAreMalformed(Bad row) {
        assertThatThrownBy(() -> Credentials.parse(row.header()))
                .isInstanceOf(Malformed.class)
                .extracting(thrown -> ((Malformed) thrown).rule())
                .isEqualTo("credentials");
    }

    @Test
    void aChallengeNeedsRealmAndNonce() {
        assertThatThrownBy(() -> Challenge.parse("Digest realm=x")).isInstanceOf(Malformed.class);
        assertThatThrownBy(() -> Challenge.parse("Digest nonce=x")).isInstanceOf(Malformed.class);
        Challenge old = Challenge.parse("Digest realm=\"x\", domain=\"sip:x\", nonce=\"\", stale=FALSE");
        assertThat(old).isEqualTo(new Challenge("x", "", "", "", List.of(), false, false));
        assertThat(old.answerable()).isTrue();
    }

    @Test
    void userhashIsSeen() {
        assertThat(Credentials.parse("Digest username=a, " + REST + ", userhash=true")
                        .userhash())
                .isTrue();
    }

    @Test
    void whatTheNetworkSendsIsNeverAnythingButMalformed() {
        Mutator.of(7616).run("digest headers", 200_000, Samples.bytes(), input -> {
            String header = new String(input, StandardCharsets.ISO_8859_1);
            try {
                Credentials read = Credentials.parse(header);
                assertThat(Credentials.parse(read.encode()).response()).isEqualTo(read.response());
            } catch (Malformed expected) {
                assertThat(expected.rule()).isEqualTo(Credentials.RULE);
            }
            try {
                Challenge.parse(header).encode();
            } catch (Malformed expected) {
                assertThat(expected.rule()).isEqualTo(Challenge.RULE);
            }
        });
    }
}
