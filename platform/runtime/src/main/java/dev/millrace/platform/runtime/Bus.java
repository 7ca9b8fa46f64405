package dev.millrace.platform.runtime;

import dev.millrace.platform.contracts.Question;
import io.vertx.core.Future;
import java.util.function.Function;

/**
 * Asks and answers questions between nodes. May be used from any thread; an answer arrives on the Vert.x context of the
 * asking thread. A question may be answered twice (a retry), so it must be safe to repeat. A question that finds no answer
 * fails with {@link Unanswered}. Questions to this node itself are handed over by reference.
 */
public interface Bus {
    /**
     * Asks one node that has the question's role: this one if it has it, else the one that rendezvous hashing picks for the
     * key. Tries one other node of the role if the first does not answer.
     *
     * @param affinityKey questions about the same thing should name the same key: stream path, Call-ID
     */
    <Q, A> Future<A> ask(Question<Q, A> question, String affinityKey, Q query);

    /** Asks that node, once. */
    <Q, A> Future<A> ask(String nodeId, Question<Q, A> question, Q query);

    /** Tells that node, without waiting for a word back; it may be lost. */
    <Q, A> void tell(String nodeId, Question<Q, A> question, Q query);

    /** Tells every other member. */
    <Q, A> void tellAll(Question<Q, A> question, Q query);

    /**
     * Answers a question from now on; one handler per question. The handler is called on the Vert.x context of the
     * registering thread; whatever it throws or fails with reaches the asker as a sentence.
     */
    <Q, A> Registration serve(Question<Q, A> question, Function<Q, Future<A>> handler);

    /**
     * As {@link #serve}, but the handler is called on whatever thread has the question, several at a time: the asker's own where
     * the node asks itself. For handlers without state, which only ask something else.
     */
    <Q, A> Registration serveAnywhere(Question<Q, A> question, Function<Q, Future<A>> handler);
}
