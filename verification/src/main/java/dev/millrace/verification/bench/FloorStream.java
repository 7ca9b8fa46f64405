package dev.millrace.verification.bench;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/**
 * Ready buffers of a stream that looks like 4 Mb/s of video and 128 kb/s of audio: only sequence numbers and timestamps
 * are new each time, written once per frame and not per reader. Owned by one event loop.
 */
final class FloorStream {
    /** Packets of one video frame. */
    static final int VIDEO_PACKETS = 14;

    /** Bytes of one video packet: 14 of them are one frame of 20 KB. */
    static final int VIDEO_PACKET = 1440;

    /** Bytes of one audio packet: one AAC frame of 128 kb/s at 44.1 kHz. */
    static final int AUDIO_PACKET = 388;

    private static final int PREFIX = 4;
    private static final int VIDEO_TICKS = 90_000 / 25;
    private static final int AUDIO_TICKS = 1024;

    /** Buffers in turn: a socket may still hold one that was written up to 64 frames ago. */
    private static final int RING = 64;

    private final int prefix;
    private final ByteBuf[] video = new ByteBuf[RING];
    private final ByteBuf[] audio = new ByteBuf[RING];
    private int videoFrames;
    private int audioFrames;

    /** @param interleaved whether each packet is preceded by the four bytes of RFC 2326 section 10.12 */
    FloorStream(boolean interleaved) {
        prefix = interleaved ? PREFIX : 0;
        for (int i = 0; i < RING; i++) {
            video[i] = make(0, VIDEO_PACKETS, VIDEO_PACKET);
            audio[i] = make(2, 1, AUDIO_PACKET);
        }
    }

    private ByteBuf make(int channel, int packets, int length) {
        ByteBuf bytes = Unpooled.directBuffer(packets * (prefix + length));
        for (int i = 0; i < packets; i++) {
            if (prefix > 0) {
                bytes.writeByte('$').writeByte(channel).writeShort(length);
            }
            boolean marker = i == packets - 1;
            bytes.writeByte(0x80).writeByte(96 + channel | (marker ? 0x80 : 0)).writeZero(length - 2);
        }
        return bytes;
    }

    /** The next video frame; the caller makes duplicates and does not release it. */
    ByteBuf nextVideo() {
        ByteBuf frame = video[videoFrames % RING];
        for (int i = 0; i < VIDEO_PACKETS; i++) {
            int at = i * (prefix + VIDEO_PACKET) + prefix;
            frame.setShort(at + 2, videoFrames * VIDEO_PACKETS + i).setInt(at + 4, videoFrames * VIDEO_TICKS);
        }
        videoFrames++;
        return frame;
    }

    /** The next audio packet. */
    ByteBuf nextAudio() {
        ByteBuf packet = audio[audioFrames % RING];
        packet.setShort(prefix + 2, audioFrames).setInt(prefix + 4, audioFrames * AUDIO_TICKS);
        audioFrames++;
        return packet;
    }
}
