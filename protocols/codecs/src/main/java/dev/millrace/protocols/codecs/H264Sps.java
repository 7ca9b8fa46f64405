package dev.millrace.protocols.codecs;

import dev.millrace.protocols.wire.Malformed;
import java.util.Locale;

/**
 * Sequence parameter set, ITU-T H.264 section 7.3.2.1: what picture order, size and reordering need. Scaling lists and
 * colour are read over.
 *
 * @param profile {@code profile_idc}
 * @param constraints the six constraint flags as they stand in their byte
 * @param level {@code level_idc}
 * @param id {@code seq_parameter_set_id}, 0 to 31
 * @param separateColourPlanes whether a slice header tells its colour plane
 * @param log2MaxFrameNum 4 to 16
 * @param pictureOrder how pictures tell their order
 * @param maxNumRefFrames {@code max_num_ref_frames}
 * @param frameMbsOnly no fields
 * @param width in pixels, cropped
 * @param height in pixels, cropped, of a frame
 * @param macroblocks per frame, uncropped
 * @param vui what the usability information tells
 */
public record H264Sps(
        int profile,
        int constraints,
        int level,
        int id,
        int chromaFormat,
        boolean separateColourPlanes,
        int log2MaxFrameNum,
        OrderRules pictureOrder,
        int maxNumRefFrames,
        boolean frameMbsOnly,
        int width,
        int height,
        int macroblocks,
        H264Vui vui) {
    /** Widest and highest picture accepted, in pixels. */
    public static final int MAX_SIDE = 16_384;

    private static final int MAX_DPB_FRAMES = 16;
    private static final int BASELINE = 66;

    /**
     * The fields of section 7.3.2.1.1 that picture order count (section 8.2.1) is made of.
     *
     * @param type {@code pic_order_cnt_type}, 0 to 2
     * @param log2MaxLsb of type 0, 4 to 16
     * @param deltaAlwaysZero of type 1
     * @param offsetNonRef of type 1
     * @param offsetTopToBottom of type 1
     * @param offsetsRefFrame of type 1
     */
    public record OrderRules(
            int type,
            int log2MaxLsb,
            boolean deltaAlwaysZero,
            int offsetNonRef,
            int offsetTopToBottom,
            int[] offsetsRefFrame) {
        static OrderRules read(BitReader bits) {
            int type = bits.ue(2, "pic-order-cnt-type");
            if (type == 0) {
                return new OrderRules(0, bits.ue(12, "log2-max-poc-lsb") + 4, false, 0, 0, new int[0]);
            }
            if (type == 2) {
                return new OrderRules(2, 0, false, 0, 0, new int[0]);
            }
            boolean zero = bits.flag();
            int nonRef = bits.se();
            int bottom = bits.se();
            int[] offsets = new int[bits.ue(255, "poc-cycle")];
            for (int i = 0; i < offsets.length; i++) {
                offsets[i] = bits.se();
            }
            return new OrderRules(1, 0, zero, nonRef, bottom, offsets);
        }
    }

    /** Reads a whole NAL unit, its header byte included. */
    public static H264Sps parse(byte[] nal) {
        if (H264.type(nal) != H264.SPS) {
            throw new Malformed("nal-type", "a sequence parameter set has type 7, not " + H264.type(nal));
        }
        BitReader bits = BitReader.ofNal(nal, 1);
        int profile = bits.u(8);
        int constraints = bits.u(8);
        int level = bits.u(8);
        int id = bits.ue(31, "sps-id");
        int chroma = 1;
        boolean planes = false;
        if (hasChroma(profile)) {
            chroma = bits.ue(3, "chroma-format");
            planes = chroma == 3 && bits.flag();
            bits.ue(6, "bit-depth");
            bits.ue(6, "bit-depth");
            bits.skip(1);
            if (bits.flag()) {
                scalingLists(bits, chroma == 3 ? 12 : 8);
            }
        }
        int frameNum = bits.ue(12, "log2-max-frame-num") + 4;
        OrderRules order = OrderRules.read(bits);
        int refs = bits.ue(MAX_DPB_FRAMES, "max-num-ref-frames");
        bits.skip(1);
        int columns = bits.ue(MAX_SIDE / 16 - 1, "width") + 1;
        int rows = bits.ue(MAX_SIDE / 16 - 1, "height") + 1;
        boolean frames = bits.flag();
        rows *= frames ? 1 : 2;
        bits.skip(frames ? 1 : 2);
        Size size = Size.read(bits, new Size(columns * 16, rows * 16), planes ? 0 : chroma, frames);
        H264Vui vui = bits.flag() ? H264Vui.read(bits) : H264Vui.NONE;
        return new H264Sps(
                profile,
                constraints,
                level,
                id,
                chroma,
                planes,
                frameNum,
                order,
                refs,
                frames,
                size.width,
                size.height,
                columns * rows,
                vui);
    }

    private record Size(int width, int height) {
        /** The cropping rectangle, equations 7-19 to 7-22. */
        static Size read(BitReader bits, Size coded, int chromaArrayType, boolean frameMbsOnly) {
            if (!bits.flag()) {
                return coded;
            }
            int unitX = chromaArrayType == 1 || chromaArrayType == 2 ? 2 : 1;
            int unitY = (chromaArrayType == 1 ? 2 : 1) * (frameMbsOnly ? 1 : 2);
            int x = (bits.ue(MAX_SIDE, "crop") + bits.ue(MAX_SIDE, "crop")) * unitX;
            int y = (bits.ue(MAX_SIDE, "crop") + bits.ue(MAX_SIDE, "crop")) * unitY;
            if (x >= coded.width || y >= coded.height) {
                throw new Malformed("crop", "nothing is left of " + coded.width + "x" + coded.height);
            }
            return new Size(coded.width - x, coded.height - y);
        }
    }

    private static boolean hasChroma(int profile) {
        return switch (profile) {
            case 100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135 -> true;
            default -> false;
        };
    }

    private static void scalingLists(BitReader bits, int lists) {
        for (int i = 0; i < lists; i++) {
            if (bits.flag()) {
                int last = 8;
                int next = 8;
                for (int j = 0; j < (i < 6 ? 16 : 64) && next != 0; j++) {
                    next = last + bits.se() & 0xFF;
                    last = next == 0 ? last : next;
                }
            }
        }
    }

    /**
     * How many pictures may precede another in decoding order and follow it in output order: what the VUI tells, else
     * the most that profile, level and size allow (section E.2.1); 0 where the profile or the order type has no
     * reordering.
     */
    public int maxNumReorderFrames() {
        if (vui.restrictionTold()) {
            return Math.min(vui.maxNumReorderFrames(), MAX_DPB_FRAMES);
        }
        // Type 2 is decoding order by definition; baseline has no B slices, and nobody sends it out of order.
        if (pictureOrder.type == 2 || profile == BASELINE || intraOnly()) {
            return 0;
        }
        return maxDpbFrames();
    }

    private boolean intraOnly() {
        boolean set3 = (constraints & 0x10) != 0;
        return set3
                && switch (profile) {
                    case 44, 86, 100, 110, 122, 244 -> true;
                    default -> false;
                };
    }

    /** {@code MaxDpbFrames}, section A.3.1 h and table A-1. */
    public int maxDpbFrames() {
        boolean level1b = level == 9 || level == 11 && (constraints & 0x10) != 0 && profile <= 88;
        int macroblocksHeld = level1b ? 396 : maxDpbMbs(level);
        return Math.clamp(macroblocksHeld / macroblocks, 1, MAX_DPB_FRAMES);
    }

    private static int maxDpbMbs(int level) {
        if (level <= 10) {
            return 396;
        }
        return switch (level) {
            case 11 -> 900;
            case 12, 13, 20 -> 2_376;
            case 21 -> 4_752;
            case 22, 30 -> 8_100;
            case 31 -> 18_000;
            case 32 -> 20_480;
            case 40, 41 -> 32_768;
            case 42 -> 34_816;
            case 50 -> 110_400;
            case 51, 52 -> 184_320;
            default -> 696_320;
        };
    }

    /** The name of RFC 6381 section 3.3: {@code avc1.64001f}. */
    public String codecString() {
        return String.format(Locale.ROOT, "avc1.%02x%02x%02x", profile, constraints, level);
    }

    /** Frames per second where the timing is told, else 0. */
    public double frameRate() {
        return vui.timeScale() == 0 || vui.unitsInTick() == 0 ? 0 : vui.timeScale() / 2.0 / vui.unitsInTick();
    }
}
