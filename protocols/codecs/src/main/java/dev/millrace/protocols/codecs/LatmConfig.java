package dev.millrace.protocols.codecs;

import dev.millrace.protocols.wire.Malformed;

/**
 * {@code StreamMuxConfig} of LATM, ISO 14496-3 section 1.7.3, as the {@code config} of MP4A-LATM in SDP (RFC 6416
 * section 6): one program, one layer, all streams of equal framing, frame length type 0; anything else is refused.
 *
 * @param audio how the stream is coded
 * @param subFrames payloads in one audio mux element, 1 to 64
 */
public record LatmConfig(AudioSpecificConfig audio, int subFrames) {
    /** Reads a whole configuration. */
    public static LatmConfig parse(byte[] bytes) {
        BitReader bits = BitReader.of(bytes);
        boolean version1 = bits.flag();
        if (version1 && bits.flag()) {
            throw new Malformed("latm", "audioMuxVersionA 1 is reserved");
        }
        if (version1) {
            value(bits);
        }
        if (!bits.flag()) {
            throw new Malformed("latm", "streams of different framing");
        }
        int subFrames = bits.u(6) + 1;
        if (bits.u(4) != 0 || bits.u(3) != 0) {
            throw new Malformed("latm", "more than one program or layer");
        }
        if (version1) {
            value(bits);
        }
        AudioSpecificConfig audio = AudioSpecificConfig.read(bits);
        // Version 1 tells the length of the configuration, so what follows it cannot be found without extensions.
        if (!version1 && bits.u(3) != 0) {
            throw new Malformed("latm", "frame length type other than 0");
        }
        return new LatmConfig(audio, subFrames);
    }

    private static int value(BitReader bits) {
        int bytes = bits.u(2) + 1;
        int value = 0;
        for (int i = 0; i < bytes; i++) {
            value = value << 8 | bits.u(8);
        }
        return value;
    }
}
