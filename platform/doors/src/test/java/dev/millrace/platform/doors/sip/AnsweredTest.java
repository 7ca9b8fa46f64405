package dev.millrace.platform.doors.sip;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.protocols.sip.transaction.TransactionKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is left of an answered transaction: its response, for a while. */
class AnsweredTest {
    private final List<byte[]> sent = new ArrayList<>();
    private final Outlet back = (message, failed) -> sent.add(message);
    private final SipHash hash = new SipHash(1, 2);

    private static TransactionKey key(int number) {
        return new TransactionKey("z9hG4bK" + number, "192.0.2.1", 5060, "REGISTER");
    }

    private static RequestId id(int number) {
        return new RequestId("call-" + number, "tag", 1, "REGISTER");
    }

    @Test
    void eachRepetitionGetsItsOwnAnswer() {
        Answered answered = new Answered(100_000, hash);
        for (int i = 0; i < 10_000; i++) {
            answered.put(key(i), new byte[] {(byte) i, (byte) (i >> 8)}, back, id(i));
        }
        assertThat(answered.size()).isEqualTo(10_000);
        for (int i = 0; i < 10_000; i++) {
            assertThat(answered.again(key(i))).isTrue();
            assertThat(sent.getLast()).containsExactly(i & 0xFF, i >> 8);
            assertThat(answered.has(id(i))).isTrue();
        }
        assertThat(sent).hasSize(10_000);
    }

    @Test
    void answersOfAnyLengthComeBackWhole() {
        Answered answered = new Answered(100_000, hash);
        int[] lengths = {1, 65_535, 1, 65_536, 40_000, 40_000, 70_000, 25_535, 25_536, 3};
        for (int i = 0; i < lengths.length; i++) {
            byte[] response = new byte[lengths[i]];
            Arrays.fill(response, (byte) (i + 1));
            answered.put(key(i), response, back, null);
        }
        for (int i = 0; i < lengths.length; i++) {
            byte[] expected = new byte[lengths[i]];
            Arrays.fill(expected, (byte) (i + 1));
            assertThat(answered.again(key(i))).isTrue();
            assertThat(sent.getLast()).isEqualTo(expected);
        }
    }

    @Test
    void whatWasNeverAnsweredIsNotKnown() {
        Answered answered = new Answered(100, hash);
        answered.put(key(1), new byte[] {1}, back, null);
        assertThat(answered.again(key(2))).isFalse();
        assertThat(answered.again(new TransactionKey("z9hG4bK1", "192.0.2.2", 5060, "REGISTER")))
                .isFalse();
        assertThat(answered.again(new TransactionKey("z9hG4bK1", "192.0.2.1", 5061, "REGISTER")))
                .isFalse();
        assertThat(answered.again(new TransactionKey("z9hG4bK1", "192.0.2.1", 5060, "OPTIONS")))
                .isFalse();
        assertThat(answered.has(id(1))).isFalse();
        assertThat(sent).isEmpty();
    }

    /** RFC 4320 section 4.2: a time-out is not told, but the repetition is no new request. */
    @Test
    void oneWithoutAnAnswerIsKnownAndSilent() {
        Answered answered = new Answered(100, hash);
        answered.put(key(1), null, back, null);
        assertThat(answered.again(key(1))).isTrue();
        assertThat(sent).isEmpty();
    }

    @Test
    void theOldestSpanGoesWhole() {
        Answered answered = new Answered(100_000, hash);
        answered.put(key(1), new byte[] {1}, back, id(1));
        answered.turn();
        answered.put(key(2), new byte[] {2}, back, id(2));
        answered.turn();
        assertThat(answered.again(key(1))).isTrue();
        answered.turn();
        assertThat(answered.again(key(1))).isFalse();
        assertThat(answered.has(id(1))).isFalse();
        assertThat(answered.again(key(2))).isTrue();
        assertThat(answered.size()).isEqualTo(1);
    }

    /** What a transaction is known by beside its key takes no room from the others. */
    @Test
    void noMoreThanTheLimitIsKept() {
        Answered answered = new Answered(300, hash);
        for (int i = 0; i < 1_000; i++) {
            answered.put(key(i), new byte[] {1}, back, id(i));
            assertThat(answered.size()).isLessThanOrEqualTo(300);
        }
        for (int i = 800; i < 1_000; i++) {
            assertThat(answered.again(key(i))).as("key %d", i).isTrue();
        }
        assertThat(answered.again(key(600))).isFalse();
    }
}
