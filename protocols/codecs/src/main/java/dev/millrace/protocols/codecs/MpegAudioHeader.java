package dev.millrace.protocols.codecs;

import dev.millrace.protocols.wire.Malformed;

/**
 * Header of an MPEG-1, MPEG-2 or MPEG-2.5 audio frame, ISO 11172-3 section 2.4.1.3 and ISO 13818-3.
 *
 * @param layer 1 to 3
 * @param bitRate in bit/s
 * @param sampleRate in Hz
 * @param channels 1 or 2
 * @param frameLength header and payload together, in bytes
 * @param samples of one frame and channel
 */
public record MpegAudioHeader(int layer, int bitRate, int sampleRate, int channels, int frameLength, int samples) {
    /** Bytes of the header. */
    public static final int HEADER = 4;

    private static final int[] MPEG1_LAYER1 = {32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448};
    private static final int[] MPEG1_LAYER2 = {32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384};
    private static final int[] MPEG1_LAYER3 = {32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320};
    private static final int[] MPEG2_LAYER1 = {32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256};
    private static final int[] MPEG2_LAYER23 = {8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160};
    private static final int[] RATES = {44_100, 48_000, 32_000};

    /** Reads the header at an index; the payload need not be there. Free format is refused. */
    public static MpegAudioHeader parse(byte[] bytes, int at) {
        if (at < 0 || bytes.length - at < HEADER) {
            throw new Malformed("truncated", "an MPEG audio header has " + HEADER + " bytes");
        }
        int second = bytes[at + 1] & 0xFF;
        if (bytes[at] != (byte) 0xFF || second < 0xE0) {
            throw new Malformed("mpeg-audio-sync", "no syncword");
        }
        int version = second >> 3 & 3;
        int layer = 4 - (second >> 1 & 3);
        int rateIndex = bytes[at + 2] >> 2 & 3;
        int bitRateIndex = bytes[at + 2] >> 4 & 0x0F;
        if (version == 1 || layer == 4 || rateIndex == 3 || bitRateIndex == 0 || bitRateIndex == 15) {
            throw new Malformed("mpeg-audio", "a reserved version, layer, rate or free format");
        }
        boolean mpeg1 = version == 3;
        int rate = RATES[rateIndex] >> (mpeg1 ? 0 : version == 2 ? 1 : 2);
        int bitRate = table(mpeg1, layer)[bitRateIndex - 1] * 1000;
        int padding = bytes[at + 2] >> 1 & 1;
        int samples = layer == 1 ? 384 : layer == 3 && !mpeg1 ? 576 : 1152;
        int length = layer == 1 ? (12 * bitRate / rate + padding) * 4 : samples / 8 * bitRate / rate + padding;
        int channels = (bytes[at + 3] >> 6 & 3) == 3 ? 1 : 2;
        return new MpegAudioHeader(layer, bitRate, rate, channels, length, samples);
    }

    private static int[] table(boolean mpeg1, int layer) {
        if (mpeg1) {
            return layer == 1 ? MPEG1_LAYER1 : layer == 2 ? MPEG1_LAYER2 : MPEG1_LAYER3;
        }
        return layer == 1 ? MPEG2_LAYER1 : MPEG2_LAYER23;
    }

    /** The name of RFC 6381 section 3.3 for the layer: {@code mp4a.40.34} is layer 3. */
    public String codecString() {
        return "mp4a.40." + (31 + layer);
    }
}
