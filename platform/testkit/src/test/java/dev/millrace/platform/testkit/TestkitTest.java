package dev.millrace.platform.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class TestkitTest {
    private static final List<byte[]> SAMPLES =
            List.of("Content-Length: 5\r\n".getBytes(StandardCharsets.US_ASCII), new byte[] {0, 1, 2}, new byte[0]);

    @Test
    void hexThereAndBack() {
        byte[] bytes = Hex.of("""
                00 ff  # a comment with 0a in it
                7f80
                """);
        assertThat(bytes).containsExactly(0, 0xFF, 0x7F, 0x80);
        assertThat(Hex.show(bytes)).isEqualTo("00 ff 7f 80");
        assertThat(Hex.of(Hex.show(new byte[100]))).hasSize(100);
    }

    @Test
    void mutatorRepeatsItselfForTheSameSeed() {
        Mutator one = Mutator.of(7);
        Mutator other = Mutator.of(7);
        for (int i = 0; i < 1000; i++) {
            assertThat(one.mutate(SAMPLES)).isEqualTo(other.mutate(SAMPLES));
        }
    }

    @Test
    void mutatorLeavesTheSamplesAlone() {
        byte[] sample = "untouched".getBytes(StandardCharsets.US_ASCII);
        List<String> seen = new ArrayList<>();
        Mutator.of(1).run("testkit", 1000, List.of(sample), input -> {
            seen.add(new String(input, StandardCharsets.ISO_8859_1));
        });
        assertThat(sample).asString(StandardCharsets.US_ASCII).isEqualTo("untouched");
        assertThat(seen).hasSize(1000).anyMatch(text -> !text.equals("untouched"));
    }

    @Test
    void mutatorPutsBoundaryNumbersOverDigits() {
        List<String> seen = new ArrayList<>();
        Mutator.of(2).run("testkit numbers", 50_000, SAMPLES, input -> {
            seen.add(new String(input, StandardCharsets.ISO_8859_1));
        });
        assertThat(seen.contains("Content-Length: -1\r\n")).isTrue();
        assertThat(seen.contains("Content-Length: 1000000000000\r\n")).isTrue();
    }

    @Test
    void mutatorShowsSeedAndBytesOfAFailure() {
        assertThatThrownBy(() -> Mutator.of(3).run("broken", 10, SAMPLES, input -> {
                    throw new IllegalStateException("boom");
                }))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("mutator broken: seed 3, execution 0")
                .hasMessageContaining("boom");
    }

    @Test
    void tornGivesEveryCut() {
        List<Integer> cuts = new ArrayList<>();
        Torn.everyCut(new byte[3], (first, rest) -> {
            assertThat(first.length + rest.length).isEqualTo(3);
            cuts.add(first.length);
        });
        assertThat(cuts).containsExactly(0, 1, 2, 3);
        List<Integer> prefixes = new ArrayList<>();
        Torn.everyPrefix(new byte[3], prefix -> prefixes.add(prefix.length));
        assertThat(prefixes).containsExactly(0, 1, 2);
    }

    @Test
    void tornNamesTheCutThatFails() {
        assertThatThrownBy(() -> Torn.everyCut(
                        new byte[3], (first, rest) -> assertThat(first).hasSizeLessThan(2)))
                .hasMessageStartingWith("cut after 2 of 3 bytes");
    }

    @Test
    void atOffsetEnclosesTheBytes() {
        ByteBuffer bytes = Torn.atOffset(new byte[] {1, 2});
        assertThat(bytes.position()).isPositive();
        assertThat(bytes.remaining()).isEqualTo(2);
        assertThat(bytes.get(bytes.position())).isEqualTo((byte) 1);
        assertThat(bytes.capacity()).isGreaterThan(bytes.limit());
    }

    @Test
    void goldenComparesAndNamesTheLine() {
        Golden.check(TestkitTest.class, "sample.txt", "one\r\ntwo");
        assertThatThrownBy(() -> Golden.check(TestkitTest.class, "sample.txt", "one\nzwei\n"))
                .hasMessageContaining("differs in line 2");
        assertThatThrownBy(() -> Golden.check(TestkitTest.class, "none.txt", ""))
                .hasMessageContaining("is missing");
    }

    @Test
    void signalsReachAProcessAndMissNoneSilently() throws Exception {
        Process reader = new ProcessBuilder("cat").start();
        Signal.STOP.send(reader);
        reader.getOutputStream().close();
        assertThat(reader.waitFor(200, TimeUnit.MILLISECONDS))
                .as("a frozen process does not see that its input ends")
                .isFalse();
        Signal.CONT.send(reader);
        assertThat(reader.waitFor()).isZero();
        assertThatThrownBy(() -> Signal.STOP.send(reader)).hasMessageContaining("kill -STOP");
    }
}
