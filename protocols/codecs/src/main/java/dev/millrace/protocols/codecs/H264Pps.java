package dev.millrace.protocols.codecs;

import dev.millrace.protocols.wire.Malformed;

/**
 * Picture parameter set, ITU-T H.264 section 7.3.2.2: what reading a slice header needs.
 *
 * @param id {@code pic_parameter_set_id}, 0 to 255
 * @param spsId the sequence parameter set it stands on, 0 to 31
 * @param fieldOrderTold {@code bottom_field_pic_order_in_frame_present_flag}
 * @param refIndices0 default number of indices of list 0
 * @param refIndices1 default number of indices of list 1
 * @param weightedPrediction for P slices
 * @param weightedBiprediction 0 to 2, for B slices; 1 is told in the slice
 * @param redundantPictures {@code redundant_pic_cnt_present_flag}
 */
public record H264Pps(
        int id,
        int spsId,
        boolean fieldOrderTold,
        int refIndices0,
        int refIndices1,
        boolean weightedPrediction,
        int weightedBiprediction,
        boolean redundantPictures) {
    private static final int MAX_INDICES = 31;

    /** Reads a whole NAL unit, its header byte included. */
    public static H264Pps parse(byte[] nal) {
        if (H264.type(nal) != H264.PPS) {
            throw new Malformed("nal-type", "a picture parameter set has type 8, not " + H264.type(nal));
        }
        BitReader bits = BitReader.ofNal(nal, 1);
        int id = bits.ue(255, "pps-id");
        int sps = bits.ue(31, "sps-id");
        bits.skip(1);
        boolean fieldOrder = bits.flag();
        int groups = bits.ue(7, "slice-groups") + 1;
        if (groups > 1) {
            sliceGroups(bits, groups);
        }
        int indices0 = bits.ue(MAX_INDICES, "ref-indices") + 1;
        int indices1 = bits.ue(MAX_INDICES, "ref-indices") + 1;
        boolean weighted = bits.flag();
        int biweighted = bits.u(2);
        bits.se();
        bits.se();
        bits.se();
        bits.skip(2);
        return new H264Pps(id, sps, fieldOrder, indices0, indices1, weighted, biweighted, bits.flag());
    }

    private static void sliceGroups(BitReader bits, int groups) {
        switch (bits.ue(6, "slice-group-type")) {
            case 0 -> {
                for (int i = 0; i < groups; i++) {
                    bits.ue();
                }
            }
            case 2 -> {
                for (int i = 0; i < 2 * (groups - 1); i++) {
                    bits.ue();
                }
            }
            case 3, 4, 5 -> {
                bits.skip(1);
                bits.ue();
            }
            case 6 -> {
                int units = bits.ue() + 1;
                int width = groups > 4 ? 3 : groups > 2 ? 2 : 1;
                for (int i = 0; i < units; i++) {
                    bits.u(width);
                }
            }
            default -> {}
        }
    }
}
