package dev.millrace.platform.lanes;

import static dev.millrace.platform.lanes.Packets.ALLOCATOR;
import static dev.millrace.platform.lanes.Packets.AUDIO;
import static dev.millrace.platform.lanes.Packets.VIDEO;
import static dev.millrace.platform.lanes.Packets.rtp;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.protocols.rtp.RtpView;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FrameAssemblerTest {
    private final List<Frame> out = new ArrayList<>();
    private final FrameAssembler video = new FrameAssembler(VIDEO, ALLOCATOR, out::add);

    private static void give(FrameAssembler assembler, byte[] packet, long nanos) {
        // At an offset, as packets lie in a receive buffer.
        ByteBuffer view = ByteBuffer.allocate(packet.length + 7).put(5, packet);
        assembler.packet(view, 5, packet.length, nanos);
    }

    @Test
    void packetsOfOneTimestampLeaveTogetherAtTheMarker() {
        give(video, rtp(1, 3000, 7, false, 100, 0x67), 0);
        give(video, rtp(2, 3000, 7, false, 100, 0x65), 1);
        assertThat(out).isEmpty();
        give(video, rtp(3, 3000, 7, true, 50, 0x65), 2);
        assertThat(out).hasSize(1);
        Frame frame = out.getFirst();
        assertThat(frame.packets()).isEqualTo(3);
        assertThat(frame.key()).isTrue();
        assertThat(frame.last()).isTrue();
        assertThat(frame.longest()).isEqualTo(100);
        assertThat(frame.sequence()).isEqualTo(1);
        assertThat(frame.timestamp()).isEqualTo(3000);
        assertThat(frame.size()).isEqualTo(100 + 100 + 50 + 3 * Frame.PREFIX);
        List<Integer> sequences = new ArrayList<>();
        frame.forEach((view, offset, length) -> sequences.add(RtpView.sequence(view, offset)));
        assertThat(sequences).containsExactly(1, 2, 3);
    }

    @Test
    void anotherTimestampEndsTheFrameWithoutMarker() {
        give(video, rtp(1, 3000, 7, false, 100, 0x61), 0);
        give(video, rtp(2, 6000, 7, true, 100, 0x61), 1);
        assertThat(out).hasSize(2);
        assertThat(out.getFirst().last()).isFalse();
        assertThat(out.getFirst().key()).isFalse();
    }

    @Test
    void theOldestPacketWaitsFiveMilliseconds() {
        assertThat(video.deadlineNanos()).isEqualTo(Long.MAX_VALUE);
        give(video, rtp(1, 3000, 7, false, 100, 0x61), 1_000);
        give(video, rtp(2, 3000, 7, false, 100, 0x61), 2_000_000);
        assertThat(video.deadlineNanos()).isEqualTo(5_001_000);
        video.finish();
        assertThat(out).hasSize(1);
        assertThat(video.deadlineNanos()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void audioLeavesPacketByPacket() {
        FrameAssembler audio = new FrameAssembler(AUDIO, ALLOCATOR, out::add);
        give(audio, rtp(1, 1024, 9, false, 60), 0);
        give(audio, rtp(2, 1024, 9, false, 60), 0);
        assertThat(out).hasSize(2);
        assertThat(out.getFirst().bytes().getUnsignedByte(1)).isEqualTo((short) 2);
    }

    @Test
    void aFrameBeyondTheLimitLeavesUnfinished() {
        for (int i = 0; i < 200; i++) {
            give(video, rtp(i, 3000, 7, false, 1400, 0x61), i);
        }
        assertThat(out).hasSize(1);
        assertThat(out.getFirst().size()).isLessThanOrEqualTo(FrameAssembler.SIZE_LIMIT + 200 * Frame.PREFIX);
    }
}
