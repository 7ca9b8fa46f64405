package dev.millrace.protocols.codecs;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Picture order count of H.264, ITU-T H.264 section 8.2.1, all three types, access unit by access unit in decoding
 * order. Parameter sets are taken from the stream or from {@link #onParameterSet}. A picture lost on the way costs at
 * most the order up to the next IDR. Owned by one event loop.
 */
public final class PictureOrder {
    private static final int WINDOW = 16;

    private final @Nullable H264Sps[] spsById = new @Nullable H264Sps[32];
    private final @Nullable H264Pps[] ppsById = new @Nullable H264Pps[256];
    private @Nullable H264Sps active;
    private long sequence;
    private boolean begun;

    private int previousMsb;
    private int previousLsb;
    private int previousFrameNum;
    private long previousFrameNumOffset;

    private final long[] recent = new long[WINDOW];
    private int recentCount;
    private int reorderSeen;

    /**
     * Where a picture stands.
     *
     * @param sequence counts coded video sequences; every picture of a lower one is shown before every one of a higher
     * @param order the picture order count within it; of two fields the lower one
     * @param idr whether decoding can start here
     * @param reference whether other pictures may refer to it
     * @param bidirectional whether its first slice is a B slice
     */
    public record Picture(long sequence, int order, boolean idr, boolean reference, boolean bidirectional)
            implements Comparable<Picture> {
        /** By the order of showing. */
        @Override
        public int compareTo(Picture other) {
            int bySequence = Long.compare(sequence, other.sequence);
            return bySequence != 0 ? bySequence : Integer.compare(order, other.order);
        }
    }

    /** Takes a parameter set, from the SDP for example; other NAL units are passed over. */
    public void onParameterSet(byte[] nal) {
        int type = H264.type(nal);
        if (type == H264.SPS) {
            H264Sps sps = H264Sps.parse(nal);
            spsById[sps.id()] = sps;
        } else if (type == H264.PPS) {
            H264Pps pps = H264Pps.parse(nal);
            ppsById[pps.id()] = pps;
        }
    }

    /**
     * One access unit in decoding order; also one that holds both fields of a frame. Empty where there is no slice or
     * its parameter sets have not come.
     */
    public Optional<Picture> onAccessUnit(List<byte[]> nals) {
        Picture picture = null;
        H264SliceHeader before = null;
        for (byte[] nal : nals) {
            onParameterSet(nal);
            // A redundant look at further slices of the same picture is spared: only a new field counts.
            H264SliceHeader slice = H264.isSlice(H264.type(nal)) ? header(nal) : null;
            if (slice == null || before != null && !opensPicture(before, slice)) {
                continue;
            }
            before = slice;
            Picture next = onPicture(slice);
            picture = picture == null || picture.compareTo(next) > 0 && picture.sequence == next.sequence
                    ? next
                    : picture;
        }
        if (picture != null) {
            count(picture);
        }
        return Optional.ofNullable(picture);
    }

    private @Nullable H264SliceHeader header(byte[] nal) {
        H264Pps pps = ppsById[H264SliceHeader.ppsId(nal)];
        H264Sps sps = pps == null ? null : spsById[pps.spsId()];
        if (pps == null || sps == null) {
            return null;
        }
        active = sps;
        return H264SliceHeader.parse(nal, sps, pps);
    }

    /** Section 7.4.1.2.4, as far as two fields in one access unit go. */
    private static boolean opensPicture(H264SliceHeader before, H264SliceHeader slice) {
        return before.bottom() != slice.bottom()
                || before.field() != slice.field()
                || before.frameNum() != slice.frameNum();
    }

    /** The parameter set the last slice stood on. */
    public Optional<H264Sps> activeSps() {
        return Optional.ofNullable(active);
    }

    private Picture onPicture(H264SliceHeader slice) {
        H264Sps sps = active;
        if (sps == null) {
            throw new IllegalStateException("a slice without a parameter set");
        }
        if (slice.idr() || !begun) {
            // A decoder that joins in the middle starts counting as if at an IDR.
            begun = true;
            sequence += slice.idr() && !slice.bottom() ? 1 : 0;
            previousMsb = 0;
            previousLsb = 0;
            previousFrameNum = slice.idr() ? 0 : slice.frameNum();
            previousFrameNumOffset = 0;
        }
        int[] topAndBottom = switch (sps.pictureOrder().type()) {
            case 0 -> byLsb(slice, sps);
            case 1 -> byCycle(slice, sps);
            default -> byDecoding(slice, sps);
        };
        int order = shown(slice, topAndBottom);
        if (slice.forgetsAll()) {
            // Section 8.2.1: after operation 5 the picture counts as if it had begun a sequence.
            sequence++;
            previousMsb = 0;
            previousLsb = slice.bottom() ? 0 : topAndBottom[0] - order;
            previousFrameNum = 0;
            previousFrameNumOffset = 0;
            order = 0;
        }
        return new Picture(sequence, order, slice.idr(), slice.nalRefIdc() != 0, slice.isB());
    }

    private static int shown(H264SliceHeader slice, int[] topAndBottom) {
        if (slice.field()) {
            return topAndBottom[slice.bottom() ? 1 : 0];
        }
        return Math.min(topAndBottom[0], topAndBottom[1]);
    }

    /** Section 8.2.1.1. */
    private int[] byLsb(H264SliceHeader slice, H264Sps sps) {
        int max = 1 << sps.pictureOrder().log2MaxLsb();
        int lsb = slice.orderLsb();
        int msb = previousMsb;
        if (lsb < previousLsb && previousLsb - lsb >= max / 2) {
            msb += max;
        } else if (lsb > previousLsb && lsb - previousLsb > max / 2) {
            msb -= max;
        }
        if (slice.nalRefIdc() != 0) {
            previousMsb = msb;
            previousLsb = lsb;
        }
        int top = msb + lsb;
        return new int[] {top, slice.field() ? top : top + slice.deltaBottom()};
    }

    private long frameNumOffset(H264SliceHeader slice, H264Sps sps) {
        long offset = previousFrameNumOffset;
        if (previousFrameNum > slice.frameNum()) {
            offset += 1L << sps.log2MaxFrameNum();
        }
        previousFrameNum = slice.frameNum();
        previousFrameNumOffset = offset;
        return offset;
    }

    /** Section 8.2.1.2. */
    private int[] byCycle(H264SliceHeader slice, H264Sps sps) {
        H264Sps.OrderRules rules = sps.pictureOrder();
        int[] cycle = rules.offsetsRefFrame();
        long frames = cycle.length == 0 ? 0 : frameNumOffset(slice, sps) + slice.frameNum();
        boolean reference = slice.nalRefIdc() != 0;
        if (!reference && frames > 0) {
            frames--;
        }
        long expected = 0;
        if (frames > 0) {
            long sum = 0;
            for (int offset : cycle) {
                sum += offset;
            }
            expected = (frames - 1) / cycle.length * sum;
            for (int i = 0; i <= (frames - 1) % cycle.length; i++) {
                expected += cycle[i];
            }
        }
        expected += reference ? 0 : rules.offsetNonRef();
        int top = (int) expected + slice.delta0();
        int bottom = slice.field()
                ? (int) expected + rules.offsetTopToBottom() + slice.delta0()
                : top + rules.offsetTopToBottom() + slice.delta1();
        return new int[] {top, bottom};
    }

    /** Section 8.2.1.3. */
    private int[] byDecoding(H264SliceHeader slice, H264Sps sps) {
        long order = 2 * (frameNumOffset(slice, sps) + slice.frameNum()) - (slice.nalRefIdc() == 0 ? 1 : 0);
        return new int[] {(int) order, (int) order};
    }

    private void count(Picture picture) {
        long place = (picture.sequence << 32) + picture.order;
        int later = 0;
        for (int i = 0; i < Math.min(recentCount, WINDOW); i++) {
            later += recent[i] > place ? 1 : 0;
        }
        reorderSeen = Math.max(reorderSeen, later);
        recent[recentCount++ % WINDOW] = place;
        if (recentCount == 2 * WINDOW) {
            recentCount = WINDOW;
        }
    }

    /** The most pictures seen so far that were decoded before and are shown after one of the last 16. */
    public int reorderSeen() {
        return reorderSeen;
    }
}
