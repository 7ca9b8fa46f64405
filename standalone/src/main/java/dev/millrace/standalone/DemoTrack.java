package dev.millrace.standalone;

import dev.millrace.protocols.rtp.RtpPacket;

/** Numbers the packets of one track of the demo, RFC 3550 section 5.1. Owned by the publisher's loop. */
final class DemoTrack {
    private final int index;
    private final int payloadType;
    private final int clockRate;
    private final long ssrc;
    private final long firstTimestamp;
    private int sequence;

    /** A sender starts at random numbers (RFC 3550 section 5.1): three of them are given. */
    DemoTrack(int index, int payloadType, int clockRate, int ssrc, int firstTimestamp, int sequence) {
        this.index = index;
        this.payloadType = payloadType;
        this.clockRate = clockRate;
        this.ssrc = ssrc & 0xFFFF_FFFFL;
        this.firstTimestamp = firstTimestamp & 0xFFFF_FFFFL;
        this.sequence = sequence & 0xFFFF;
    }

    /** Position in the description. */
    int index() {
        return index;
    }

    int clockRate() {
        return clockRate;
    }

    /** The RTP timestamp of so many clock units after the start. */
    long timestamp(long units) {
        return firstTimestamp + units & 0xFFFF_FFFFL;
    }

    /** The next packet. */
    byte[] packet(boolean marker, long timestamp, byte[] payload) {
        int number = sequence;
        sequence = sequence + 1 & 0xFFFF;
        return new RtpPacket(payloadType, marker, number, timestamp, ssrc, payload).encode();
    }
}
