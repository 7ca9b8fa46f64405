package dev.millrace.protocols.mpegts;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Turns the NAL units of H.264 access units into the byte stream that a transport stream carries (ITU-T H.264 annex B;
 * ISO/IEC 13818-1 section 2.14): an access unit delimiter first, SPS and PPS before each IDR picture. Remembers the
 * parameter sets, by their ids, from the session description and from the stream. Owned by one packager loop.
 */
public final class H264Elementary {
    /** Longest parameter set that is remembered; a longer one is passed on but not repeated. */
    public static final int MAX_PARAMETER_SET = 4096;

    private static final int IDR = 5;
    private static final int SPS = 7;
    private static final int PPS = 8;
    private static final int DELIMITER = 9;
    private static final int FILLER = 12;
    private static final int MAX_SPS_ID = 31;
    private static final int MAX_PPS_ID = 255;

    /** NAL unit type 9, any slice types, with its start code of four bytes. */
    private static final byte[] DELIMITER_UNIT = {0, 0, 0, 1, 9, (byte) 0xF0};

    private static final byte[] START_CODE = {0, 0, 0, 1};

    private final SortedMap<Integer, byte[]> sps = new TreeMap<>();
    private final SortedMap<Integer, byte[]> pps = new TreeMap<>();

    /** Remembers a parameter set; any other NAL unit is left alone. */
    public void remember(byte[] nal) {
        if (nal.length < 2 || nal.length > MAX_PARAMETER_SET) {
            return;
        }
        int type = nal[0] & 31;
        if (type == SPS && nal.length > 4) {
            int id = exponentialGolomb(nal, 4);
            if (id >= 0 && id <= MAX_SPS_ID) {
                sps.put(id, nal);
            }
        } else if (type == PPS) {
            int id = exponentialGolomb(nal, 1);
            if (id >= 0 && id <= MAX_PPS_ID) {
                pps.put(id, nal);
            }
        }
    }

    /** Whether an IDR picture could be decoded from what is remembered. */
    public boolean ready() {
        return !sps.isEmpty() && !pps.isEmpty();
    }

    /** Whether the access unit holds a slice of an IDR picture. */
    public static boolean idr(List<byte[]> nals) {
        for (byte[] nal : nals) {
            if (nal.length > 0 && (nal[0] & 31) == IDR) {
                return true;
            }
        }
        return false;
    }

    /** The access unit as pieces for {@link TsMux#write}; the NAL units come without start codes. */
    public List<byte[]> pieces(List<byte[]> nals) {
        List<byte[]> pieces = new ArrayList<>(2 * nals.size() + 6);
        pieces.add(DELIMITER_UNIT);
        nals.forEach(this::remember);
        boolean idr = idr(nals);
        if (idr) {
            sps.values().forEach(set -> add(pieces, set));
            pps.values().forEach(set -> add(pieces, set));
        }
        for (byte[] nal : nals) {
            int type = nal.length == 0 ? FILLER : nal[0] & 31;
            boolean written = idr && (type == SPS || type == PPS) && nal.length <= MAX_PARAMETER_SET;
            if (type != DELIMITER && type != FILLER && !written) {
                add(pieces, nal);
            }
        }
        return pieces;
    }

    private static void add(List<byte[]> pieces, byte[] nal) {
        pieces.add(START_CODE);
        pieces.add(nal);
    }

    /** ue(v) at the start of a byte, section 9.1; -1 if it is not one that fits an id. */
    private static int exponentialGolomb(byte[] bytes, int at) {
        int bits = 0;
        for (int i = at; i < at + 3; i++) {
            bits = bits << 8 | (i < bytes.length ? bytes[i] & 0xFF : 0);
        }
        int zeros = Integer.numberOfLeadingZeros(bits << 8);
        if (zeros > 10) {
            return -1;
        }
        return (bits << 8 << zeros >>> 31 - zeros) - 1;
    }
}
