package dev.millrace.protocols.codecs;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** NAL units of H.264, ITU-T H.264 section 7.3.1 and annex B. A NAL unit here has neither start code nor length. */
public final class H264 {
    public static final int NON_IDR = 1;
    public static final int PARTITION_A = 2;
    public static final int IDR = 5;
    public static final int SEI = 6;
    public static final int SPS = 7;
    public static final int PPS = 8;
    public static final int AUD = 9;
    public static final int END_OF_SEQUENCE = 10;
    public static final int FILLER = 12;

    private static final byte[] START_CODE = {0, 0, 0, 1};

    private H264() {}

    /** {@code nal_unit_type} of a NAL unit with at least one byte; -1 for none. */
    public static int type(byte[] nal) {
        return nal.length == 0 ? -1 : nal[0] & 0x1F;
    }

    /** Whether a NAL unit of this type belongs to an IDR picture. */
    public static boolean isKeyFrame(int type) {
        return type == IDR;
    }

    /** Whether a NAL unit of this type carries a slice header with picture order in it. */
    public static boolean isSlice(int type) {
        return type == NON_IDR || type == PARTITION_A || type == IDR;
    }

    /** Whether an access unit holds an IDR picture. */
    public static boolean hasKeyFrame(List<byte[]> nals) {
        for (byte[] nal : nals) {
            if (isKeyFrame(type(nal))) {
                return true;
            }
        }
        return false;
    }

    /** The NAL units of a byte stream (annex B), start codes of three and four bytes, without trailing zeros. */
    public static List<byte[]> splitAnnexB(byte[] stream) {
        List<byte[]> nals = new ArrayList<>();
        int from = -1;
        int i = 0;
        while (i + 2 < stream.length) {
            if (stream[i] == 0 && stream[i + 1] == 0 && stream[i + 2] == 1) {
                add(stream, from, i, nals);
                from = i + 3;
                i += 3;
            } else {
                i++;
            }
        }
        add(stream, from, stream.length, nals);
        return nals;
    }

    private static void add(byte[] stream, int from, int to, List<byte[]> nals) {
        if (from < 0) {
            return;
        }
        int end = to;
        while (end > from && stream[end - 1] == 0) {
            end--;
        }
        if (end > from) {
            nals.add(Arrays.copyOfRange(stream, from, end));
        }
    }

    /** A byte stream (annex B) of NAL units, each behind a start code of four bytes. */
    public static byte[] joinAnnexB(List<byte[]> nals) {
        int size = 0;
        for (byte[] nal : nals) {
            size += START_CODE.length + nal.length;
        }
        byte[] stream = new byte[size];
        int at = 0;
        for (byte[] nal : nals) {
            System.arraycopy(START_CODE, 0, stream, at, START_CODE.length);
            System.arraycopy(nal, 0, stream, at + START_CODE.length, nal.length);
            at += START_CODE.length + nal.length;
        }
        return stream;
    }
}
