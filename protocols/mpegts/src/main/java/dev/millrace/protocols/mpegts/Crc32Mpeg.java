package dev.millrace.protocols.mpegts;

/**
 * CRC_32 of program tables, ISO/IEC 13818-1 annex A: polynomial 0x04C11DB7, most significant bit first, start value all
 * ones, no final inversion. A table with its CRC behind it has the CRC 0.
 */
public final class Crc32Mpeg {
    private static final int POLYNOMIAL = 0x04C1_1DB7;
    private static final int[] TABLE = table();

    private Crc32Mpeg() {}

    private static int[] table() {
        int[] table = new int[256];
        for (int i = 0; i < 256; i++) {
            int crc = i << 24;
            for (int bit = 0; bit < 8; bit++) {
                crc = crc < 0 ? crc << 1 ^ POLYNOMIAL : crc << 1;
            }
            table[i] = crc;
        }
        return table;
    }

    /** The CRC of {@code length} bytes from {@code from}. */
    public static int of(byte[] bytes, int from, int length) {
        int crc = -1;
        for (int i = from; i < from + length; i++) {
            crc = crc << 8 ^ TABLE[(crc >>> 24 ^ bytes[i]) & 0xFF];
        }
        return crc;
    }
}
