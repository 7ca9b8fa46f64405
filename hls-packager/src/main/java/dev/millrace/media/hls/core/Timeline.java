package dev.millrace.media.hls.core;

import dev.millrace.protocols.mpegts.TsMux;
import dev.millrace.protocols.rtp.ExtendedTimestamp;
import dev.millrace.protocols.rtp.NtpTime;

/**
 * One timeline of 90 kHz for tracks that each have an RTP clock of their own. Owned by one packager loop.
 *
 * <p>Tracks are aligned by the publisher's sender reports (RFC 3550 section 6.4.1) if every track has one and they do not
 * contradict the arrival by more than {@link #MAX_DISAGREEMENT_90K}; else by arrival: the packet with the shortest delay
 * tells. Once aligned, a track follows its own timestamps and nothing else, so that nothing jumps.
 */
public final class Timeline {
    /** How long reports and first packets are waited for: 1 s. */
    public static final long SETTLE_NANOS = 1_000_000_000L;

    /** Reports that move a track by more than this against its arrival are wrong: 5 s. */
    public static final long MAX_DISAGREEMENT_90K = 450_000;

    /** A track that goes back by more than this has begun a new timeline: 1 s, above any reordering. */
    public static final long MAX_BACK_90K = 90_000;

    /** A track that leaps ahead by more than this has begun a new timeline: 60 s, above a publisher's absence. */
    public static final long MAX_AHEAD_90K = 5_400_000;

    private final Slot[] slots;
    private boolean settled;
    private long firstNanos = Long.MIN_VALUE;
    /** Added to an arrival in 90 kHz gives the timeline. */
    private long arrivalOffset;

    private static final class Slot {
        private final int clockRate;
        private final ExtendedTimestamp extended = new ExtendedTimestamp();
        private boolean started;
        private boolean placed;
        private boolean reported;
        private long first90k = Long.MAX_VALUE;
        private long byReport;
        private long byArrival = Long.MAX_VALUE;
        private long offset;
        private long latest = Long.MIN_VALUE;

        private Slot(int clockRate) {
            this.clockRate = clockRate;
        }

        private long media90k(long timestamp) {
            return Math.floorDiv(extended.extend(timestamp) * 90_000L, clockRate);
        }
    }

    /** @param clockRates of the tracks; the index is a track's name here */
    public Timeline(int... clockRates) {
        slots = new Slot[clockRates.length];
        for (int i = 0; i < slots.length; i++) {
            slots[i] = new Slot(clockRates[i]);
        }
    }

    /** A sender report: at {@code ntp} the track's clock showed {@code timestamp}. Counts until the tracks are aligned. */
    public void report(int track, long ntp, long timestamp) {
        Slot slot = slots[track];
        if (!slot.placed && ntp != 0) {
            slot.byReport = new NtpTime(ntp).epochMicros() * 9 / 100 - slot.media90k(timestamp);
            slot.reported = true;
        }
    }

    /** A unit arrived before the timeline is settled. */
    public void arrived(int track, long timestamp, long nanos) {
        firstNanos = firstNanos == Long.MIN_VALUE ? nanos : Math.min(firstNanos, nanos);
        Slot slot = slots[track];
        long media = slot.media90k(timestamp);
        slot.started = true;
        slot.first90k = Math.min(slot.first90k, media);
        slot.byArrival = Math.min(slot.byArrival, ticks(nanos) - media);
    }

    /** Whether there is nothing more to wait for. */
    public boolean ready(long nanos) {
        boolean all = true;
        boolean reports = true;
        for (Slot slot : slots) {
            all &= slot.started;
            reports &= slot.reported;
        }
        return all && (reports || slots.length == 1) || nanos - firstNanos >= SETTLE_NANOS;
    }

    /** Aligns what has arrived; at least one track must have. */
    public void settle() {
        long earliest = Long.MAX_VALUE;
        boolean reports = reportsAgree();
        for (Slot slot : slots) {
            if (slot.started) {
                slot.offset = reports ? slot.byReport : slot.byArrival;
                earliest = Math.min(earliest, slot.first90k + slot.offset);
            }
        }
        boolean anchored = false;
        for (Slot slot : slots) {
            if (slot.started) {
                slot.offset += TsMux.START_90K - earliest;
                slot.placed = true;
                // Of several tracks the one with the shortest delay tells when things happened.
                long offset = slot.offset - slot.byArrival;
                arrivalOffset = anchored ? Math.max(arrivalOffset, offset) : offset;
                anchored = true;
            }
        }
        settled = true;
    }

    private boolean reportsAgree() {
        long lowest = Long.MAX_VALUE;
        long highest = Long.MIN_VALUE;
        for (Slot slot : slots) {
            if (slot.started) {
                if (!slot.reported) {
                    return false;
                }
                lowest = Math.min(lowest, slot.byReport - slot.byArrival);
                highest = Math.max(highest, slot.byReport - slot.byArrival);
            }
        }
        return highest - lowest <= MAX_DISAGREEMENT_90K;
    }

    public boolean settled() {
        return settled;
    }

    /** Whether the track had units when the timeline was settled, or has been placed since. */
    public boolean placed(int track) {
        return slots[track].placed;
    }

    /** Whether this timestamp cannot belong to the same timeline as the ones before it. */
    public boolean breaks(int track, long timestamp) {
        Slot slot = slots[track];
        if (!slot.placed || slot.latest == Long.MIN_VALUE) {
            return false;
        }
        long step = slot.media90k(timestamp) + slot.offset - slot.latest;
        return step < -MAX_BACK_90K || step > MAX_AHEAD_90K;
    }

    /** The presentation time of a unit; a track that starts late is placed by its arrival. */
    public long pts90k(int track, long timestamp, long nanos) {
        Slot slot = slots[track];
        long media = slot.media90k(timestamp);
        if (!slot.placed) {
            slot.offset = ticks(nanos) + arrivalOffset - media;
            slot.placed = true;
        }
        long pts = media + slot.offset;
        slot.latest = Math.max(slot.latest, pts);
        return pts;
    }

    /** When, on the clock that arrivals were told in, what has this time arrived: nanoseconds. */
    public long nanos(long pts90k) {
        return (pts90k - arrivalOffset) * 100_000 / 9;
    }

    private static long ticks(long nanos) {
        return Math.floorDiv(nanos * 9, 100_000L);
    }
}
