package dev.millrace.platform.contracts;

import java.util.Optional;

/**
 * One thing that can be asked over the bus. "Not found" is an answer; only "nobody answered" is a failure.
 *
 * @param name unique, with its version: {@code streams.find.v1}
 * @param role the role that serves it, or empty where a certain node is asked (the owner of something)
 */
public record Question<Q, A>(String name, Optional<Role> role, Codec<Q> query, Codec<A> answer) {
    /** A question that any node of the role may answer. */
    public static <Q, A> Question<Q, A> ofRole(String name, Role role, Codec<Q> query, Codec<A> answer) {
        return new Question<>(name, Optional.of(role), query, answer);
    }

    /** A question to one node by its id. */
    public static <Q, A> Question<Q, A> ofNode(String name, Codec<Q> query, Codec<A> answer) {
        return new Question<>(name, Optional.empty(), query, answer);
    }
}
