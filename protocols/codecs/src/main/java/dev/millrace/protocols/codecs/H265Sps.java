package dev.millrace.protocols.codecs;

import dev.millrace.protocols.wire.Malformed;
import java.util.Locale;

/**
 * Sequence parameter set, ITU-T H.265 section 7.3.2.2, up to the reorder depth; what follows is not read.
 *
 * @param id {@code sps_seq_parameter_set_id}, 0 to 15
 * @param profileSpace 0 to 3
 * @param highTier the tier flag
 * @param profile {@code general_profile_idc}
 * @param compatibility the 32 compatibility flags
 * @param constraints the 48 constraint bits
 * @param level {@code general_level_idc}
 * @param width in pixels, cropped
 * @param height in pixels, cropped
 * @param maxNumReorderFrames of the highest sub-layer
 */
public record H265Sps(
        int id,
        int profileSpace,
        boolean highTier,
        int profile,
        int compatibility,
        long constraints,
        int level,
        int width,
        int height,
        int maxNumReorderFrames) {
    /** Widest and highest picture accepted, in pixels. */
    public static final int MAX_SIDE = 16_384;

    private static final int MAX_FRAMES = 16;

    /** Reads a whole NAL unit, its two header bytes included. */
    public static H265Sps parse(byte[] nal) {
        if (H265.type(nal) != H265.SPS) {
            throw new Malformed("nal-type", "a sequence parameter set has type 33, not " + H265.type(nal));
        }
        BitReader bits = BitReader.ofNal(nal, 2);
        bits.skip(4);
        int subLayers = bits.u(3);
        bits.skip(1);
        int space = bits.u(2);
        boolean tier = bits.flag();
        int profile = bits.u(5);
        int compatibility = bits.u(32);
        long constraints = (long) bits.u(24) << 24 | bits.u(24);
        int level = bits.u(8);
        subLayerLevels(bits, subLayers);
        int id = bits.ue(15, "sps-id");
        int chroma = bits.ue(3, "chroma-format");
        boolean planes = chroma == 3 && bits.flag();
        int width = bits.ue(MAX_SIDE, "width");
        int height = bits.ue(MAX_SIDE, "height");
        if (bits.flag()) {
            int unitX = !planes && (chroma == 1 || chroma == 2) ? 2 : 1;
            int unitY = !planes && chroma == 1 ? 2 : 1;
            width -= (bits.ue(MAX_SIDE, "crop") + bits.ue(MAX_SIDE, "crop")) * unitX;
            height -= (bits.ue(MAX_SIDE, "crop") + bits.ue(MAX_SIDE, "crop")) * unitY;
        }
        if (width < 1 || height < 1) {
            throw new Malformed("crop", "nothing is left of the picture");
        }
        int reorder = reorder(bits, subLayers);
        return new H265Sps(id, space, tier, profile, compatibility, constraints, level, width, height, reorder);
    }

    private static void subLayerLevels(BitReader bits, int subLayers) {
        if (subLayers == 0) {
            return;
        }
        int present = bits.u(16);
        for (int i = 0; i < subLayers; i++) {
            boolean profileTold = (present >> 15 - 2 * i & 1) == 1;
            boolean levelTold = (present >> 14 - 2 * i & 1) == 1;
            bits.skip((profileTold ? 88 : 0) + (levelTold ? 8 : 0));
        }
    }

    private static int reorder(BitReader bits, int subLayers) {
        bits.ue(8, "bit-depth");
        bits.ue(8, "bit-depth");
        bits.ue(12, "log2-max-poc-lsb");
        boolean each = bits.flag();
        int reorder = 0;
        for (int i = each ? 0 : subLayers; i <= subLayers; i++) {
            bits.ue(MAX_FRAMES, "max-dec-pic-buffering");
            reorder = bits.ue(MAX_FRAMES, "max-num-reorder-pics");
            bits.ue();
        }
        return reorder;
    }

    /** The name of ISO 14496-15 annex E.3: {@code hvc1.1.6.L93.B0}. */
    public String codecString() {
        StringBuilder name = new StringBuilder("hvc1.");
        if (profileSpace > 0) {
            name.append((char) ('A' + profileSpace - 1));
        }
        name.append(profile).append('.');
        name.append(Integer.toHexString(Integer.reverse(compatibility)).toUpperCase(Locale.ROOT));
        name.append('.').append(highTier ? 'H' : 'L').append(level);
        for (int shift = 40; shift >= 0 && (constraints & (1L << shift + 8) - 1) != 0; shift -= 8) {
            name.append('.')
                    .append(Long.toHexString(constraints >> shift & 0xFF).toUpperCase(Locale.ROOT));
        }
        return name.toString();
    }
}
