package dev.millrace.protocols.codecs;

import dev.millrace.protocols.wire.Malformed;

/**
 * Header of an ADTS frame, ISO 14496-3 section 1.A.2.2: AAC that describes itself, as MPEG-TS carries it.
 *
 * @param objectType 1 to 4
 * @param sampleRate in Hz
 * @param channelConfiguration 0 to 7
 * @param headerLength 7, or 9 with a checksum
 * @param frameLength header and payload together, in bytes
 * @param blocks raw data blocks in the frame, 1 to 4
 */
public record Adts(
        int objectType, int sampleRate, int channelConfiguration, int headerLength, int frameLength, int blocks) {
    /** Bytes of a header without a checksum. */
    public static final int HEADER = 7;

    /** Largest frame, header included: 13 bits tell its length. */
    public static final int MAX_FRAME = 8191;

    private static final int WITH_CHECKSUM = 9;

    /**
     * The header of a frame.
     *
     * @param payloadLength bytes of the raw AAC frame, without the header
     */
    public static byte[] header(AudioSpecificConfig config, int payloadLength) {
        int index = Aac.rateIndex(config.sampleRate());
        int length = payloadLength + HEADER;
        if (index < 0 || config.objectType() > Aac.LTP || config.channelConfiguration() > 7) {
            throw new Malformed("adts", "ADTS cannot say " + config);
        }
        if (length > MAX_FRAME) {
            throw new Malformed("adts-length", length + " bytes are above " + MAX_FRAME);
        }
        int channels = config.channelConfiguration();
        return new byte[] {
            (byte) 0xFF,
            (byte) 0xF1,
            (byte) (config.objectType() - 1 << 6 | index << 2 | channels >> 2),
            (byte) ((channels & 3) << 6 | length >> 11),
            (byte) (length >> 3),
            (byte) ((length & 7) << 5 | 0x1F),
            (byte) 0xFC
        };
    }

    /** Reads the header at an index; the payload need not be there. */
    public static Adts parse(byte[] bytes, int at) {
        if (at < 0 || bytes.length - at < HEADER) {
            throw new Malformed("truncated", "an ADTS header has " + HEADER + " bytes");
        }
        if (bytes[at] != (byte) 0xFF || (bytes[at + 1] & 0xF6) != 0xF0) {
            throw new Malformed("adts-sync", "no ADTS syncword");
        }
        int header = (bytes[at + 1] & 1) == 1 ? HEADER : WITH_CHECKSUM;
        int index = bytes[at + 2] >> 2 & 0x0F;
        int channels = (bytes[at + 2] & 1) << 2 | bytes[at + 3] >> 6 & 3;
        int length = (bytes[at + 3] & 3) << 11 | (bytes[at + 4] & 0xFF) << 3 | bytes[at + 5] >> 5 & 7;
        if (length < header) {
            throw new Malformed("adts-length", length + " bytes, the header alone has " + header);
        }
        int type = (bytes[at + 2] >> 6 & 3) + 1;
        return new Adts(type, Aac.rate(index), channels, header, length, (bytes[at + 6] & 3) + 1);
    }

    /** The same as a configuration. */
    public AudioSpecificConfig config() {
        return AudioSpecificConfig.of(objectType, sampleRate, channelConfiguration);
    }
}
