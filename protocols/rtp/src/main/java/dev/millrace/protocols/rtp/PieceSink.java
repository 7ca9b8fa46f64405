package dev.millrace.protocols.rtp;

/** Takes the payloads that a too-big one is cut into, in order, without a copy. */
@FunctionalInterface
public interface PieceSink {
    /**
     * One payload: a prefix, then bytes of the source.
     *
     * @param prefix the prefix's bytes, the last one in the lowest 8 bits
     * @param prefixLength 0 to 3
     * @param from absolute index in the source buffer
     * @param length bytes from there
     */
    void piece(int prefix, int prefixLength, int from, int length);
}
