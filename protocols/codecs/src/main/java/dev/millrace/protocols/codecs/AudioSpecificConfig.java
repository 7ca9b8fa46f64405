package dev.millrace.protocols.codecs;

import dev.millrace.protocols.wire.Malformed;
import java.util.Arrays;

/**
 * How an AAC stream is coded, ISO 14496-3 section 1.6.2.1: the {@code config} of RFC 3640 and what mp4 and FLV carry.
 *
 * @param objectType of the core coder: 2 for AAC-LC, also under SBR
 * @param sampleRate of the core coder, in Hz
 * @param channelConfiguration 0 to 15; 0 where a program config element tells the channels
 * @param channels counted; 0 where not told
 * @param frameSamples samples of one frame of the core coder: 1024, or 960
 * @param sbr whether spectral band replication is signalled
 * @param parametricStereo whether parametric stereo is signalled
 * @param outputRate with spectral band replication, else the sample rate
 */
public record AudioSpecificConfig(
        int objectType,
        int sampleRate,
        int channelConfiguration,
        int channels,
        int frameSamples,
        boolean sbr,
        boolean parametricStereo,
        int outputRate) {
    /** Highest sample rate accepted, in Hz. */
    public static final int MAX_RATE = 768_000;

    private static final int SYNC_EXTENSION = 0x2B7;

    /** A plain stream without extensions. */
    public static AudioSpecificConfig of(int objectType, int sampleRate, int channelConfiguration) {
        return new AudioSpecificConfig(
                objectType,
                sampleRate,
                channelConfiguration,
                Aac.channels(channelConfiguration),
                Aac.FRAME,
                false,
                false,
                sampleRate);
    }

    /** Reads a whole configuration; bytes behind it are passed over. */
    public static AudioSpecificConfig parse(byte[] bytes) {
        BitReader bits = BitReader.of(bytes);
        AudioSpecificConfig config = read(bits);
        // The backward compatible way to say SBR: behind everything else (section 1.6.5.3).
        if (config.sbr || bits.remaining() < 16 || bits.u(11) != SYNC_EXTENSION || objectType(bits) != Aac.SBR) {
            return config;
        }
        if (bits.remaining() < 5 || !bits.flag()) {
            return config;
        }
        int output = rate(bits);
        boolean stereo = bits.remaining() >= 12 && bits.u(11) == 0x548 && bits.flag();
        return config.with(true, stereo, output);
    }

    /** Reads a configuration inside other bits, up to where the backward compatible extension would begin. */
    static AudioSpecificConfig read(BitReader bits) {
        int type = objectType(bits);
        int rate = rate(bits);
        int configuration = bits.u(4);
        boolean sbr = type == Aac.SBR || type == Aac.PS;
        boolean stereo = type == Aac.PS;
        int output = rate;
        if (sbr) {
            output = rate(bits);
            type = objectType(bits);
        }
        boolean general = isGeneralAudio(type);
        boolean shortFrames = general && bits.flag();
        int channels = Aac.channels(configuration);
        if (general) {
            if (bits.flag()) {
                bits.skip(14);
            }
            boolean extension = bits.flag();
            channels = configuration == 0 ? programChannels(bits) : channels;
            if (type == Aac.SCALABLE || type == 20) {
                bits.skip(3);
            }
            if (extension) {
                bits.skip(type == 22 ? 16 : 0);
                bits.skip(type == 17 || type == 19 || type == 20 || type == 23 ? 3 : 0);
                bits.skip(1);
            }
        }
        return new AudioSpecificConfig(
                type, rate, configuration, channels, shortFrames ? 960 : Aac.FRAME, sbr, stereo, output);
    }

    private AudioSpecificConfig with(boolean sbr, boolean stereo, int output) {
        return new AudioSpecificConfig(
                objectType, sampleRate, channelConfiguration, channels, frameSamples, sbr, stereo, output);
    }

    private static int objectType(BitReader bits) {
        int type = bits.u(5);
        return type == 31 ? 32 + bits.u(6) : type;
    }

    private static int rate(BitReader bits) {
        int index = bits.u(4);
        int rate = index == 15 ? bits.u(24) : Aac.rate(index);
        if (rate == 0 || rate > MAX_RATE) {
            throw new Malformed("sampling-frequency", rate + " Hz, at most " + MAX_RATE);
        }
        return rate;
    }

    private static boolean isGeneralAudio(int type) {
        return switch (type) {
            case 1, 2, 3, 4, 6, 7, 17, 19, 20, 21, 22, 23 -> true;
            default -> false;
        };
    }

    /** Counts the channels of a program config element, section 4.4.1.1, and reads over the rest of it. */
    private static int programChannels(BitReader bits) {
        bits.skip(10);
        int front = bits.u(4);
        int side = bits.u(4);
        int back = bits.u(4);
        int lowFrequency = bits.u(2);
        int associated = bits.u(3);
        int coupling = bits.u(4);
        for (int i = 0; i < 2; i++) {
            bits.skip(bits.flag() ? 4 : 0);
        }
        bits.skip(bits.flag() ? 3 : 0);
        int channels = lowFrequency;
        for (int i = 0; i < front + side + back; i++) {
            channels += bits.flag() ? 2 : 1;
            bits.skip(4);
        }
        bits.skip(lowFrequency * 4 + associated * 4 + coupling * 5);
        int misaligned = bits.position() % 8;
        bits.skip(misaligned == 0 ? 0 : 8 - misaligned);
        bits.skip(bits.u(8) * 8);
        return channels;
    }

    /** The configuration in wire form; with SBR in the explicit, hierarchical way. Channels of configuration 0 are lost. */
    public byte[] encode() {
        BitWriter bits = new BitWriter();
        if (sbr) {
            writeType(bits, parametricStereo ? Aac.PS : Aac.SBR);
            writeRate(bits, sampleRate);
            bits.u(4, channelConfiguration);
            writeRate(bits, outputRate);
            writeType(bits, objectType);
        } else {
            writeType(bits, objectType);
            writeRate(bits, sampleRate);
            bits.u(4, channelConfiguration);
        }
        bits.u(1, frameSamples == 960 ? 1 : 0);
        bits.u(2, 0);
        return bits.toBytes();
    }

    private static void writeType(BitWriter bits, int type) {
        if (type >= 32) {
            bits.u(5, 31);
            bits.u(6, type - 32);
        } else {
            bits.u(5, type);
        }
    }

    private static void writeRate(BitWriter bits, int rate) {
        int index = Aac.rateIndex(rate);
        if (index < 0) {
            bits.u(4, 15);
            bits.u(24, rate);
        } else {
            bits.u(4, index);
        }
    }

    /** The name of RFC 6381 section 3.3: {@code mp4a.40.2}, {@code .5} with SBR, {@code .29} with parametric stereo. */
    public String codecString() {
        return "mp4a.40." + (parametricStereo ? Aac.PS : sbr ? Aac.SBR : objectType);
    }

    /** Appends bits to bytes, most significant first. */
    private static final class BitWriter {
        private byte[] bytes = new byte[16];
        private int position;

        void u(int count, int value) {
            for (int i = count - 1; i >= 0; i--) {
                bytes[position / 8] |= (byte) ((value >> i & 1) << 7 - position % 8);
                position++;
            }
        }

        byte[] toBytes() {
            return Arrays.copyOf(bytes, (position + 7) / 8);
        }
    }
}
