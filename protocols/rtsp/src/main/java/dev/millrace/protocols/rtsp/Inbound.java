package dev.millrace.protocols.rtsp;

/** What a peer puts on an RTSP connection: text messages and, between them, frames of media (RFC 2326 section 10.12). */
public sealed interface Inbound permits Message, Inbound.Interleaved {
    /**
     * A whole interleaved frame in the buffer that was shown to the framer: a view, good only for that call.
     *
     * @param channel 0 to 255
     * @param offset absolute index of the payload, behind the four bytes of the frame's head
     * @param length bytes of the payload, 0 to 65,535
     */
    record Interleaved(int channel, int offset, int length) implements Inbound {}
}
