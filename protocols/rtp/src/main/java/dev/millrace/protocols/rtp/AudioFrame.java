package dev.millrace.protocols.rtp;

/**
 * One coded audio frame.
 *
 * @param timestamp as {@link RtpView#timestamp} reads it, moved on for each further frame of a packet
 * @param frame the coded bytes: raw AAC without ADTS, an MPEG audio frame with its header, a packet of Opus ...
 * @param afterLoss whether packets before it are missing
 */
public record AudioFrame(long timestamp, byte[] frame, boolean afterLoss) {
    /** Largest frame put together, in bytes. */
    public static final int MAX_BYTES = 65_536;

    /** Most frames of one packet. */
    public static final int MAX_FRAMES = 64;
}
