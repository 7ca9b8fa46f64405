package dev.millrace.protocols.wire;

/**
 * What a framer finds at the start of the bytes it is shown.
 *
 * @param <M> the message type
 */
public sealed interface Framed<M> {
    /** A whole message; {@code consumed} bytes (at least 1) belong to it. */
    record Message<M>(M message, int consumed) implements Framed<M> {}

    /** The bytes are the beginning of a message; show them again with more behind them. */
    record NeedMore<M>() implements Framed<M> {}

    /** The bytes cannot become a message; the connection cannot be trusted to be in step any more. */
    record Broken<M>(Malformed why) implements Framed<M> {}
}
