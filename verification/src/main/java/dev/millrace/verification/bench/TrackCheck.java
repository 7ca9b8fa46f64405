package dev.millrace.verification.bench;

/**
 * Checks one track of one reader: sequence numbers without a gap, and every frame whole: it ends with the marker, and no
 * H.264 fragment (RFC 6184 section 5.8) stays open. Owned by one thread; allocates nothing per packet.
 */
public final class TrackCheck {
    /** Bytes of a packet that {@link #packet} wants to see: RTP header, FU indicator, FU header. */
    public static final int HEAD = 14;

    private static final int RTP_HEADER = 12;
    private static final int FU_A = 28;

    long bytes;
    long packets;
    long frames;
    long lost;
    long disordered;
    long broken;

    private final boolean video;
    private int sequence = -1;
    private int timestamp;
    private boolean insideFrame;
    private boolean wholeSoFar;
    private boolean insideFragment;

    /** @param video whether packets make frames that end with a marker; else each packet is a frame */
    public TrackCheck(boolean video) {
        this.video = video;
    }

    public boolean video() {
        return video;
    }

    /** Whole frames so far. */
    public long frames() {
        return frames;
    }

    /** Packets missing so far. */
    public long lost() {
        return lost;
    }

    /** Packets that came late or twice. */
    public long disordered() {
        return disordered;
    }

    /** Frames that were not whole. */
    public long broken() {
        return broken;
    }

    /** The sequence number of the latest packet, or -1 before the first. */
    public int sequence() {
        return sequence;
    }

    /** The timestamp of the latest packet. */
    public int timestamp() {
        return timestamp;
    }

    /**
     * @param head the packet's first bytes, {@link #HEAD} of them or the whole packet if it is shorter
     * @param length of the whole packet
     */
    public void packet(byte[] head, int at, int length) {
        packets++;
        bytes += length;
        if (length < RTP_HEADER || (head[at] & 0xC0) != 0x80) {
            broken++;
            return;
        }
        int number = u16(head, at + 2);
        int stamp = u16(head, at + 4) << 16 | u16(head, at + 6);
        boolean marker = (head[at + 1] & 0x80) != 0;
        boolean first = sequence < 0;
        boolean gap = !first && gap(number);
        sequence = number;
        boolean another = stamp != timestamp;
        timestamp = stamp;
        if (!video) {
            frames++;
            return;
        }
        if (insideFrame && another) {
            broken++;
            insideFrame = false;
        }
        if (!insideFrame) {
            insideFrame = true;
            // A server without a GOP cache may let a reader in amid a frame: the first one proves nothing.
            wholeSoFar = !first;
            insideFragment = false;
        }
        wholeSoFar &= !gap && fragmentFits(head, at, length);
        if (marker) {
            ended(gap);
        }
    }

    private boolean gap(int number) {
        int missing = number - sequence - 1 & 0xFFFF;
        if (missing == 0) {
            return false;
        }
        if (missing < 0x8000) {
            lost += missing;
        } else {
            disordered++;
        }
        return true;
    }

    private boolean fragmentFits(byte[] head, int at, int length) {
        if ((head[at] & 0x3F) != 0 || length < HEAD || (head[at + RTP_HEADER] & 0x1F) != FU_A) {
            boolean fits = !insideFragment;
            insideFragment = false;
            return fits;
        }
        boolean starts = (head[at + RTP_HEADER + 1] & 0x80) != 0;
        boolean ends = (head[at + RTP_HEADER + 1] & 0x40) != 0;
        boolean fits = starts != insideFragment;
        insideFragment = !ends;
        return fits;
    }

    private void ended(boolean gap) {
        insideFrame = false;
        if (insideFragment && !gap) {
            wholeSoFar = false;
        }
        if (wholeSoFar) {
            frames++;
        } else if (frames > 0) {
            broken++;
        }
    }

    private static int u16(byte[] bytes, int at) {
        return (bytes[at] & 0xFF) << 8 | bytes[at + 1] & 0xFF;
    }
}
