package dev.millrace.protocols.codecs;

import dev.millrace.protocols.wire.Malformed;

/**
 * Slice header, ITU-T H.264 section 7.3.3: what picture order count and the bounds of an access unit need.
 *
 * @param nalRefIdc 0 for a picture that no other refers to
 * @param idr whether the slice belongs to an IDR picture
 * @param sliceType 0 to 4: P, B, I, SP, SI
 * @param frameNum {@code frame_num}
 * @param field whether the picture is one field
 * @param bottom whether it is the bottom field
 * @param orderLsb {@code pic_order_cnt_lsb} of type 0
 * @param deltaBottom {@code delta_pic_order_cnt_bottom} of type 0
 * @param delta0 {@code delta_pic_order_cnt[0]} of type 1
 * @param delta1 {@code delta_pic_order_cnt[1]} of type 1
 * @param forgetsAll whether it carries memory_management_control_operation 5
 */
public record H264SliceHeader(
        int nalRefIdc,
        boolean idr,
        int firstMacroblock,
        int sliceType,
        int ppsId,
        int frameNum,
        boolean field,
        boolean bottom,
        int idrPicId,
        int orderLsb,
        int deltaBottom,
        int delta0,
        int delta1,
        boolean forgetsAll) {
    private static final int P = 0;
    private static final int B = 1;
    private static final int I = 2;
    private static final int SP = 3;
    private static final int SI = 4;
    private static final int MAX_INDICES = 31;

    /** Most commands of one list or marking accepted: more is an endless loop. */
    private static final int MAX_COMMANDS = 68;

    /** The picture parameter set that a slice names; the beginning of the header needs no parameter set. */
    public static int ppsId(byte[] nal) {
        BitReader bits = BitReader.ofNal(nal, 1);
        bits.ue();
        bits.ue();
        return bits.ue(255, "pps-id");
    }

    /** Reads a NAL unit of type 1, 2 or 5 with the parameter sets it names; the NAL unit may be cut behind the header. */
    public static H264SliceHeader parse(byte[] nal, H264Sps sps, H264Pps pps) {
        int type = H264.type(nal);
        if (!H264.isSlice(type)) {
            throw new Malformed("nal-type", "no slice header in type " + type);
        }
        int refIdc = nal[0] >> 5 & 3;
        boolean idr = type == H264.IDR;
        BitReader bits = BitReader.ofNal(nal, 1);
        int first = bits.ue();
        int slice = bits.ue(9, "slice-type") % 5;
        int ppsId = bits.ue(255, "pps-id");
        bits.skip(sps.separateColourPlanes() ? 2 : 0);
        int frameNum = bits.u(sps.log2MaxFrameNum());
        boolean field = !sps.frameMbsOnly() && bits.flag();
        boolean bottom = field && bits.flag();
        int idrPicId = idr ? bits.ue() : 0;
        int lsb = 0;
        int deltaBottom = 0;
        int delta0 = 0;
        int delta1 = 0;
        H264Sps.OrderRules order = sps.pictureOrder();
        boolean both = pps.fieldOrderTold() && !field;
        if (order.type() == 0) {
            lsb = bits.u(order.log2MaxLsb());
            deltaBottom = both ? bits.se() : 0;
        } else if (order.type() == 1 && !order.deltaAlwaysZero()) {
            delta0 = bits.se();
            delta1 = both ? bits.se() : 0;
        }
        // Only reference pictures can carry operation 5, and only for them the rest of the header matters.
        boolean forgets = refIdc != 0 && !idr && forgetsAll(bits, sps, pps, slice);
        return new H264SliceHeader(
                refIdc,
                idr,
                first,
                slice,
                ppsId,
                frameNum,
                field,
                bottom,
                idrPicId,
                lsb,
                deltaBottom,
                delta0,
                delta1,
                forgets);
    }

    private static boolean forgetsAll(BitReader bits, H264Sps sps, H264Pps pps, int slice) {
        if (pps.redundantPictures()) {
            bits.ue();
        }
        if (slice == B) {
            bits.skip(1);
        }
        int indices0 = pps.refIndices0();
        int indices1 = pps.refIndices1();
        boolean predicted = slice != I && slice != SI;
        if (predicted && bits.flag()) {
            indices0 = bits.ue(MAX_INDICES, "ref-indices") + 1;
            indices1 = slice == B ? bits.ue(MAX_INDICES, "ref-indices") + 1 : indices1;
        }
        if (predicted) {
            listModification(bits);
        }
        if (slice == B) {
            listModification(bits);
        }
        boolean weighted = pps.weightedPrediction() && (slice == P || slice == SP);
        boolean biweighted = pps.weightedBiprediction() == 1 && slice == B;
        if (weighted || biweighted) {
            boolean colour = sps.chromaFormat() != 0 && !sps.separateColourPlanes();
            bits.ue();
            if (colour) {
                bits.ue();
            }
            weights(bits, indices0, colour);
            weights(bits, biweighted ? indices1 : 0, colour);
        }
        return marking(bits);
    }

    private static void listModification(BitReader bits) {
        if (!bits.flag()) {
            return;
        }
        for (int i = 0; i < MAX_COMMANDS; i++) {
            if (bits.ue(5, "list-modification") == 3) {
                return;
            }
            bits.ue();
        }
        throw new Malformed("list-modification", "more than " + MAX_COMMANDS + " commands");
    }

    private static void weights(BitReader bits, int indices, boolean colour) {
        for (int i = 0; i < indices; i++) {
            if (bits.flag()) {
                bits.se();
                bits.se();
            }
            if (colour && bits.flag()) {
                for (int j = 0; j < 4; j++) {
                    bits.se();
                }
            }
        }
    }

    /** {@code dec_ref_pic_marking()}, section 7.3.3.3. */
    private static boolean marking(BitReader bits) {
        boolean forgets = false;
        if (!bits.flag()) {
            return false;
        }
        for (int i = 0; i < MAX_COMMANDS; i++) {
            int operation = bits.ue(6, "marking");
            switch (operation) {
                case 0 -> {
                    return forgets;
                }
                case 3 -> {
                    bits.ue();
                    bits.ue();
                }
                case 5 -> forgets = true;
                default -> bits.ue();
            }
        }
        throw new Malformed("marking", "more than " + MAX_COMMANDS + " operations");
    }

    /** Whether the slice is of a bidirectional type. */
    public boolean isB() {
        return sliceType == B;
    }

    /** Whether the slice needs no other picture. */
    public boolean isIntra() {
        return sliceType == I || sliceType == SI;
    }
}
