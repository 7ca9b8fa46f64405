package dev.millrace.platform.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.platform.contracts.Codec;
import dev.millrace.platform.runtime.Unanswered.Why;
import io.vertx.core.Promise;
import org.junit.jupiter.api.Test;

class OpenQuestionsTest {
    private static final byte[] ANSWER = Codec.TEXT.toBytes("yes");

    private final OpenQuestions open = new OpenQuestions(2, 100);

    private Promise<String> ask(String node, long deadline) {
        Promise<String> promise = Promise.promise();
        open.put(node, "q", deadline, Codec.TEXT::fromBytes, promise);
        return promise;
    }

    private static Why why(Promise<?> promise) {
        return ((Unanswered) promise.future().cause()).why();
    }

    @Test
    void anAnswerGoesToItsQuestionOnce() {
        Promise<String> asked = ask("B", 10);
        open.answer(101, "B", ANSWER);
        open.answer(101, "B", ANSWER);
        assertThat(asked.future().result()).isEqualTo("yes");
        assertThat(open.size()).isZero();
    }

    @Test
    void onlyTheAskedNodeMayAnswer() {
        Promise<String> asked = ask("B", 10);
        open.answer(101, "C", ANSWER);
        assertThat(asked.future().isComplete()).isFalse();
    }

    @Test
    void oneQuestionTooManyFailsAtOnceAndOtherNodesAreNotConcerned() {
        ask("B", 10);
        ask("B", 10);
        assertThat(why(ask("B", 10))).isEqualTo(Why.FULL);
        assertThat(ask("C", 10).future().isComplete()).isFalse();
        open.answer(101, "B", ANSWER);
        assertThat(ask("B", 10).future().isComplete()).isFalse();
    }

    @Test
    void whatWaitedTooLongFails() {
        Promise<String> soon = ask("B", 10);
        Promise<String> later = ask("B", 20);
        open.sweep(10);
        assertThat(why(soon)).isEqualTo(Why.TIMEOUT);
        assertThat(later.future().isComplete()).isFalse();
    }

    @Test
    void whatWaitsForALostNodeFailsAtOnce() {
        Promise<String> lost = ask("B", 10);
        Promise<String> other = ask("C", 10);
        open.lost("B");
        assertThat(why(lost)).isEqualTo(Why.UNREACHABLE);
        assertThat(other.future().isComplete()).isFalse();
        open.close();
        assertThat(why(other)).isEqualTo(Why.STOPPING);
    }

    @Test
    void anUnreadableAnswerIsSaid() {
        Promise<String> asked = ask("B", 10);
        open.answer(101, "B", new byte[] {1});
        assertThat(why(asked)).isEqualTo(Why.MALFORMED);
    }
}
