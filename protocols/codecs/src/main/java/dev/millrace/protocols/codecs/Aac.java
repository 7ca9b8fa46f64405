package dev.millrace.protocols.codecs;

import dev.millrace.protocols.wire.Malformed;

/** Tables and object types of MPEG-4 audio, ISO 14496-3 section 1.6. */
public final class Aac {
    public static final int MAIN = 1;
    public static final int LC = 2;
    public static final int SSR = 3;
    public static final int LTP = 4;
    public static final int SBR = 5;
    public static final int SCALABLE = 6;
    public static final int PS = 29;

    /** Samples of one frame of most streams. */
    public static final int FRAME = 1024;

    private static final int[] RATES = {
        96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8_000, 7_350
    };
    private static final int[] CHANNELS = {0, 1, 2, 3, 4, 5, 6, 8, 0, 0, 0, 7, 8, 0, 8, 0};

    private Aac() {}

    static int rate(int index) {
        if (index >= RATES.length) {
            throw new Malformed("sampling-frequency", "index " + index + " is reserved");
        }
        return RATES[index];
    }

    /** The index of a sample rate, or -1 where it has none. */
    static int rateIndex(int rate) {
        for (int i = 0; i < RATES.length; i++) {
            if (RATES[i] == rate) {
                return i;
            }
        }
        return -1;
    }

    /** Channels of a channel configuration, 0 where the stream tells them elsewhere. */
    static int channels(int configuration) {
        return CHANNELS[configuration];
    }
}
