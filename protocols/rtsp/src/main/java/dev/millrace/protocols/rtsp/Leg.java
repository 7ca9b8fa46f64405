package dev.millrace.protocols.rtsp;

/** The way of one track's packets, as SETUP agreed on it. */
public sealed interface Leg {
    /**
     * Frames on the RTSP connection.
     *
     * @param rtp channel, 0 to 255
     * @param rtcp channel, 0 to 255
     */
    record Interleaved(int rtp, int rtcp) implements Leg {}

    /**
     * Datagrams between the peer's address and ours.
     *
     * @param rtp the client's port
     * @param rtcp the client's port
     */
    record Udp(int rtp, int rtcp) implements Leg {}
}
