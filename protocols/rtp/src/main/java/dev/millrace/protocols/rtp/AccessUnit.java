package dev.millrace.protocols.rtp;

import java.util.List;

/**
 * All NAL units that one RTP timestamp brought, in order, without start codes: an access unit of H.264 or H.265.
 *
 * @param timestamp as {@link RtpView#timestamp} reads it
 * @param nals at least one of them is a slice
 * @param damaged whether packets of it are missing; NAL units that are not whole are left out
 */
public record AccessUnit(long timestamp, List<byte[]> nals, boolean damaged) {
    /** Largest access unit put together, in bytes; what goes beyond is left out and the unit is damaged. */
    public static final int MAX_BYTES = 8 << 20;

    /** Most NAL units of one access unit. */
    public static final int MAX_NALS = 2048;

    public AccessUnit {
        nals = List.copyOf(nals);
    }
}
