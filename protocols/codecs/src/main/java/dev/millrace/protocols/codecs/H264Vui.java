package dev.millrace.protocols.codecs;

/**
 * Video usability information, ITU-T H.264 annex E.1.1, as far as time and reordering go.
 *
 * @param unitsInTick {@code num_units_in_tick}, 0 if not told
 * @param timeScale {@code time_scale}, 0 if not told
 * @param fixedFrameRate frames are spaced evenly
 * @param restrictionTold whether {@code bitstream_restriction} is there
 * @param maxNumReorderFrames of it
 * @param maxDecFrameBuffering of it
 */
public record H264Vui(
        long unitsInTick,
        long timeScale,
        boolean fixedFrameRate,
        boolean restrictionTold,
        int maxNumReorderFrames,
        int maxDecFrameBuffering) {
    /** Nothing told. */
    public static final H264Vui NONE = new H264Vui(0, 0, false, false, 0, 0);

    private static final int EXTENDED_SAR = 255;
    private static final int MAX_FRAMES = 16;

    static H264Vui read(BitReader bits) {
        if (bits.flag() && bits.u(8) == EXTENDED_SAR) {
            bits.skip(32);
        }
        if (bits.flag()) {
            bits.skip(1);
        }
        if (bits.flag()) {
            bits.skip(4);
            if (bits.flag()) {
                bits.skip(24);
            }
        }
        if (bits.flag()) {
            bits.ue();
            bits.ue();
        }
        long units = 0;
        long scale = 0;
        boolean fixed = false;
        if (bits.flag()) {
            units = bits.u(32) & 0xFFFF_FFFFL;
            scale = bits.u(32) & 0xFFFF_FFFFL;
            fixed = bits.flag();
        }
        boolean nalHrd = hrd(bits);
        boolean vclHrd = hrd(bits);
        bits.skip(nalHrd || vclHrd ? 2 : 1);
        if (!bits.flag()) {
            return new H264Vui(units, scale, fixed, false, 0, 0);
        }
        bits.skip(1);
        for (int i = 0; i < 4; i++) {
            bits.ue();
        }
        int reorder = bits.ue(MAX_FRAMES, "max-num-reorder-frames");
        int buffering = bits.ue(MAX_FRAMES, "max-dec-frame-buffering");
        return new H264Vui(units, scale, fixed, true, reorder, buffering);
    }

    /** Reads over {@code hrd_parameters()}, section E.1.2. */
    private static boolean hrd(BitReader bits) {
        if (!bits.flag()) {
            return false;
        }
        int count = bits.ue(31, "cpb-cnt") + 1;
        bits.skip(8);
        for (int i = 0; i < count; i++) {
            bits.ue();
            bits.ue();
            bits.skip(1);
        }
        bits.skip(20);
        return true;
    }
}
