package dev.millrace.protocols.codecs;

import java.util.List;

/** NAL units of H.265, ITU-T H.265 section 7.3.1; start codes as in {@link H264}. */
public final class H265 {
    public static final int BLA_W_LP = 16;
    public static final int IDR_W_RADL = 19;
    public static final int IDR_N_LP = 20;
    public static final int CRA = 21;
    public static final int LAST_IRAP = 23;
    public static final int VPS = 32;
    public static final int SPS = 33;
    public static final int PPS = 34;
    public static final int AUD = 35;

    private H265() {}

    /** {@code nal_unit_type} of a NAL unit with at least two bytes; -1 for less. */
    public static int type(byte[] nal) {
        return nal.length < 2 ? -1 : nal[0] >> 1 & 0x3F;
    }

    /** Whether a NAL unit of this type belongs to a random access picture (IRAP). */
    public static boolean isKeyFrame(int type) {
        return type >= BLA_W_LP && type <= LAST_IRAP;
    }

    /** Whether an access unit holds a random access picture. */
    public static boolean hasKeyFrame(List<byte[]> nals) {
        for (byte[] nal : nals) {
            if (isKeyFrame(type(nal))) {
                return true;
            }
        }
        return false;
    }
}
