package dev.millrace.protocols.rtp;

/**
 * What a receiver knows of one source: extended sequence, loss and jitter, RFC 3550 appendix A.1, A.3 and A.8, and the
 * report block made of them. Nothing is allocated per packet. Owned by one event loop; time is an argument.
 */
public final class ReceptionStats {
    /** A jump ahead of more than this is a new start, once two packets in a row confirm it (RFC 3550 A.1). */
    public static final int MAX_DROPOUT = 3000;

    /** A step back of more than this is a new start, once two packets in a row confirm it (RFC 3550 A.1). */
    public static final int MAX_MISORDER = 100;

    private static final long NANOS = 1_000_000_000L;
    private static final int NONE = -1;

    private final int clockRate;
    private boolean started;
    private long first;
    private long highest;
    private int suspect = NONE;
    private long received;
    private long restarts;
    private long expectedBefore;
    private long receivedBefore;
    private boolean timed;
    private long lastTimestamp;
    private long lastArrival;
    /** In 1/16 tick, as RFC 3550 A.8 keeps it. */
    private long jitter16;

    private long lastReport;
    private long lastReportArrival;

    /** @param clockRate ticks of the RTP timestamp per second */
    public ReceptionStats(int clockRate) {
        if (clockRate <= 0) {
            throw new IllegalArgumentException("clock rate " + clockRate);
        }
        this.clockRate = clockRate;
    }

    /**
     * One packet has come.
     *
     * @param timestamp as {@link RtpView#timestamp} reads it
     * @param arrivalNanos of any steady clock
     * @return whether the packet counts; false for the first of a suspicious jump
     */
    public boolean onRtp(int sequence, long timestamp, long arrivalNanos) {
        if (!started) {
            restart(sequence);
        } else {
            int ahead = RtpView.sequenceDistance((int) highest & 0xFFFF, sequence);
            if (ahead > MAX_DROPOUT || ahead < -MAX_MISORDER) {
                if (sequence != suspect) {
                    suspect = sequence + 1 & 0xFFFF;
                    return false;
                }
                restart(sequence);
                restarts++;
            } else if (ahead > 0) {
                highest += ahead;
            }
        }
        suspect = NONE;
        received++;
        jitter(timestamp, arrivalNanos);
        return true;
    }

    private void restart(int sequence) {
        started = true;
        first = sequence;
        highest = sequence;
        received = 0;
        expectedBefore = 0;
        receivedBefore = 0;
        timed = false;
    }

    private void jitter(long timestamp, long arrivalNanos) {
        // Packets of one frame share a timestamp and leave as a burst: only the first of them says something.
        if (timed && timestamp == lastTimestamp) {
            return;
        }
        if (timed) {
            long elapsed = arrivalNanos - lastArrival;
            long ticks = elapsed / NANOS * clockRate + elapsed % NANOS * clockRate / NANOS;
            long difference = Math.abs(ticks - RtpView.timestampDistance(lastTimestamp, timestamp));
            jitter16 += difference - (jitter16 + 8 >> 4);
        }
        timed = true;
        lastTimestamp = timestamp;
        lastArrival = arrivalNanos;
    }

    /** A sender report of the source has come. */
    public void onSenderReport(NtpTime ntp, long arrivalNanos) {
        lastReport = ntp.middle();
        lastReportArrival = arrivalNanos;
    }

    /** The block for the next report; the loss fraction counts from the block before. */
    public ReportBlock report(long ssrc, long nowNanos) {
        long expected = expected();
        long expectedNow = expected - expectedBefore;
        long lostNow = expectedNow - (received - receivedBefore);
        expectedBefore = expected;
        receivedBefore = received;
        int fraction = expectedNow == 0 || lostNow <= 0 ? 0 : (int) Math.min(255, (lostNow << 8) / expectedNow);
        long delay = lastReport == 0 ? 0 : (nowNanos - lastReportArrival) / 1000 * 65536 / 1_000_000;
        int lost = Math.clamp(lost(), -(1 << 23), (1 << 23) - 1);
        return new ReportBlock(
                ssrc, fraction, lost, highest & 0xFFFF_FFFFL, jitter(), lastReport, delay & 0xFFFF_FFFFL);
    }

    /** Packets counted since the last start. */
    public long received() {
        return received;
    }

    /** Packets that should have come since the last start. */
    public long expected() {
        return started ? highest - first + 1 : 0;
    }

    /** Packets missing since the last start; negative with duplicates. */
    public long lost() {
        return expected() - received;
    }

    /** How often the sequence numbers began anew. */
    public long restarts() {
        return restarts;
    }

    /** Extended highest sequence number. */
    public long highestSequence() {
        return highest;
    }

    /** Interarrival jitter in ticks of the clock. */
    public long jitter() {
        return jitter16 >> 4;
    }

    /** Interarrival jitter in microseconds. */
    public long jitterMicros() {
        return jitter() * 1_000_000 / clockRate;
    }
}
