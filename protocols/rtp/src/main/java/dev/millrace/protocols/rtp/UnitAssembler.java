package dev.millrace.protocols.rtp;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Collects the NAL units of one timestamp and decides where an access unit ends and whether it is damaged. What the
 * payload formats of H.264 and H.265 have in common.
 */
final class UnitAssembler {
    private static final int NONE = -1;

    private final Predicate<byte[]> slice;
    private final Consumer<AccessUnit> out;
    private final FragmentBuffer fragment = new FragmentBuffer(AccessUnit.MAX_BYTES);
    private final List<byte[]> nals = new ArrayList<>();
    private int bytes;
    private boolean hasSlice;
    private boolean fragmenting;
    private boolean open;
    private boolean damaged;
    private long timestamp;
    private int expected = NONE;
    private long endedAt = NONE;
    private boolean markerPerSlice;
    private long damagedUnits;
    private long malformed;

    UnitAssembler(Predicate<byte[]> slice, Consumer<AccessUnit> out) {
        this.slice = slice;
        this.out = out;
    }

    /** A packet begins; false if it is late or double and must not be read. */
    boolean begin(ByteBuffer packet, int offset) {
        int sequence = RtpView.sequence(packet, offset);
        int ahead = expected == NONE ? 0 : RtpView.sequenceDistance(expected, sequence);
        if (ahead < 0 && ahead >= -ReceptionStats.MAX_MISORDER) {
            return false;
        }
        expected = sequence + 1 & 0xFFFF;
        if (ahead != 0) {
            damage();
        }
        long next = RtpView.timestamp(packet, offset);
        if (open && next != timestamp) {
            finish();
        }
        if (!open) {
            open = true;
            timestamp = next;
            damaged |= ahead != 0;
            // Peers that set the marker on every slice would cut a picture into units: from then on time alone ends
            // one.
            markerPerSlice |= endedAt == next;
        }
        return true;
    }

    private void damage() {
        damaged |= open;
        dropFragment();
    }

    private void dropFragment() {
        fragmenting = false;
        fragment.clear();
    }

    /** The packet has been read. */
    void end(boolean marker) {
        if (marker && open && !markerPerSlice) {
            endedAt = timestamp;
            finish();
        }
    }

    /** The packet breaks the payload format: the unit it belongs to is damaged. */
    void malformed() {
        malformed++;
        damaged = true;
        dropFragment();
    }

    void nal(ByteBuffer packet, int from, int length) {
        if (length < 1 || !fits(length)) {
            return;
        }
        byte[] nal = new byte[length];
        packet.get(from, nal);
        add(nal);
    }

    private boolean fits(int length) {
        if (nals.size() >= AccessUnit.MAX_NALS || length > AccessUnit.MAX_BYTES - bytes) {
            damaged = true;
            return false;
        }
        return true;
    }

    private void add(byte[] received) {
        byte[] nal = withoutTrailingZeros(received);
        if (nal.length == 0) {
            return;
        }
        nals.add(nal);
        bytes += nal.length;
        hasSlice |= slice.test(nal);
    }

    /**
     * ffmpeg takes the first byte of a start code of four for the end of the NAL unit before it. No NAL unit ends with
     * a zero (ITU-T H.264 section 7.4.1), so zeros there are never part of it.
     */
    private static byte[] withoutTrailingZeros(byte[] nal) {
        int end = nal.length;
        while (end > 0 && nal[end - 1] == 0) {
            end--;
        }
        return end == nal.length ? nal : Arrays.copyOf(nal, end);
    }

    /** A fragmented NAL unit starts; its header is put together by the payload format. */
    void startFragment(int first) {
        if (fragmenting) {
            malformed();
        }
        fragment.clear();
        fragmenting = true;
        fragment.add(first);
    }

    /** The second header byte of a NAL unit of H.265. */
    void headFragment(int second) {
        fragment.add(second);
    }

    void addFragment(ByteBuffer packet, int from, int length, boolean last) {
        if (!fragmenting) {
            damaged = true;
            return;
        }
        if (!fragment.add(packet, from, length)) {
            malformed();
            return;
        }
        if (last) {
            fragmenting = false;
            if (fits(fragment.size())) {
                add(fragment.toBytes());
            }
            fragment.clear();
        }
    }

    private void finish() {
        open = false;
        if (fragmenting) {
            damaged = true;
            dropFragment();
        }
        if (!hasSlice) {
            damagedUnits += damaged ? 1 : 0;
            damaged = false;
            // Parameter sets that come with a marker or a timestamp of their own belong to the picture that follows.
            if (nals.size() >= AccessUnit.MAX_NALS / 2 || bytes > AccessUnit.MAX_BYTES / 2) {
                reset();
            }
            return;
        }
        damagedUnits += damaged ? 1 : 0;
        AccessUnit unit = new AccessUnit(timestamp, nals, damaged);
        reset();
        out.accept(unit);
    }

    private void reset() {
        nals.clear();
        bytes = 0;
        hasSlice = false;
        damaged = false;
    }

    /** No more packets: what is there goes out. */
    void flush() {
        if (open) {
            finish();
        }
    }

    long damagedUnits() {
        return damagedUnits;
    }

    long malformedPackets() {
        return malformed;
    }
}
