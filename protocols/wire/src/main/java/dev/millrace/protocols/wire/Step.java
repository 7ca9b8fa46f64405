package dev.millrace.protocols.wire;

import java.util.List;

/**
 * What a machine answers to one event: the next state and the effects its shell has to perform, in order.
 *
 * @param <S> the machine's sealed state
 * @param <E> the machine's sealed effect
 */
public record Step<S, E>(S next, List<E> effects) {
    public Step {
        effects = List.copyOf(effects);
    }

    /** The next state with the effects on the way there. */
    @SafeVarargs
    @SuppressWarnings("varargs")
    public static <S, E> Step<S, E> to(S next, E... effects) {
        return new Step<>(next, List.of(effects));
    }
}
