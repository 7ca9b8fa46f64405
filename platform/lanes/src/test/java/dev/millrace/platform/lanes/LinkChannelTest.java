package dev.millrace.platform.lanes;

import static dev.millrace.platform.lanes.Packets.ALLOCATOR;
import static dev.millrace.platform.lanes.Packets.TRACKS;
import static dev.millrace.platform.lanes.Packets.VIDEO;
import static dev.millrace.platform.lanes.Packets.rtp;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.platform.lanes.LinkMessage.Head;
import dev.millrace.platform.testkit.Mutator;
import dev.millrace.protocols.wire.Malformed;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.List;
import org.junit.jupiter.api.Test;

class LinkChannelTest {
    private static byte[] body(Frame frame) {
        byte[] bytes = new byte[frame.size()];
        frame.bytes().getBytes(0, bytes);
        return bytes;
    }

    private static Head head(int track) {
        return new Head(LinkMessage.FRAME, track, 0, 2, 100);
    }

    private static final Frame FRAME =
            Packets.frame(VIDEO, rtp(1, 9, 7, false, 100, 0x65), rtp(2, 9, 7, true, 40, 0x65));

    @Test
    void aFrameIsTheSameOnTheOtherSide() {
        ByteBuf header = LinkMessage.frameHeader(ALLOCATOR, FRAME, true);
        assertThat(header.readableBytes()).isEqualTo(LinkMessage.HEADER);
        assertThat(header.getUnsignedInt(8)).isEqualTo(FRAME.size());
        Head head = Head.read(header, 0);
        assertThat(head).isEqualTo(Head.of(FRAME, true));
        assertThat(head.is(LinkMessage.FLAG_KEPT)).isTrue();
        Frame there = LinkChannel.frame(TRACKS, head, Unpooled.wrappedBuffer(body(FRAME)));
        assertThat(there.key()).isTrue();
        assertThat(there.last()).isTrue();
        assertThat(there.packets()).isEqualTo(2);
        assertThat(there.longest()).isEqualTo(100);
        assertThat(there.track()).isEqualTo(VIDEO);
        assertThat(body(there)).isEqualTo(body(FRAME));
    }

    @Test
    void packetsThatDoNotFillTheFrameAreRefused() {
        ByteBuf torn = Unpooled.wrappedBuffer(body(FRAME), 0, FRAME.size() - 1);
        assertThatThrownBy(() -> LinkChannel.frame(TRACKS, head(0), torn)).isInstanceOf(Malformed.class);
        assertThatThrownBy(() -> LinkChannel.frame(TRACKS, head(5), Unpooled.wrappedBuffer(body(FRAME))))
                .isInstanceOf(Malformed.class);
    }

    @Test
    void mutatedFramesAreRefusedOrReadable() {
        Mutator.of(20_261_121L).run("node link frame", 100_000, List.of(body(FRAME)), bytes -> {
            try {
                Frame frame = LinkChannel.frame(TRACKS, head(0), Unpooled.wrappedBuffer(bytes));
                int[] seen = {0};
                frame.forEach((view, offset, length) -> {
                    seen[0]++;
                    assertThat(offset + length).isLessThanOrEqualTo(view.limit());
                });
                assertThat(seen[0]).isEqualTo(2);
                frame.release();
            } catch (Malformed refused) {
                assertThat(refused.rule()).startsWith("link-");
            }
        });
    }
}
