package dev.millrace.protocols.codecs;

/** What a packet of Opus says of itself, RFC 6716 section 3.1. */
public final class Opus {
    /** The clock of Opus in RTP and in files, whatever was coded. */
    public static final int CLOCK_RATE = 48_000;

    private static final int MAX_FRAMES = 48;

    private Opus() {}

    /** The name of RFC 6381. */
    public static String codecString() {
        return "opus";
    }

    /** Samples of a packet at 48 kHz; 0 where it is empty or torn. */
    public static int samples(byte[] packet) {
        if (packet.length == 0) {
            return 0;
        }
        int configuration = packet[0] >> 3 & 0x1F;
        int frames = switch (packet[0] & 3) {
            case 0 -> 1;
            case 1, 2 -> 2;
            default -> packet.length < 2 ? 0 : Math.min(packet[1] & 0x3F, MAX_FRAMES);
        };
        return frames * frameSamples(configuration);
    }

    private static int frameSamples(int configuration) {
        if (configuration < 12) {
            int size = configuration % 4;
            return size == 3 ? 2880 : 480 << size;
        }
        return configuration < 16 ? 480 << configuration % 2 : 120 << configuration % 4;
    }
}
