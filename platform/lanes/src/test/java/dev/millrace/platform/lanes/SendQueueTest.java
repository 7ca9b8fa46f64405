package dev.millrace.platform.lanes;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelOption;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SendQueueTest {
    private static final long WAIT = 1_000;

    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final ReaderCounters counters = new ReaderCounters();
    private final SendQueue queue = new SendQueue(channel, new SendQueue.Limits(WAIT, 10_000, 5_000), true, counters);

    private static ByteBuf named(int name) {
        return Unpooled.buffer(100).writeZero(99).writeByte(name);
    }

    private void block() {
        channel.config().setOption(ChannelOption.WRITE_BUFFER_WATER_MARK, new WriteBufferWaterMark(1, 50));
        queue.offer(named(0), false, 0);
        assertThat(channel.isWritable()).isFalse();
    }

    private List<Integer> written() {
        channel.flushOutbound();
        queue.drain();
        channel.flushOutbound();
        List<Integer> names = new ArrayList<>();
        for (ByteBuf bytes = channel.readOutbound(); bytes != null; bytes = channel.readOutbound()) {
            names.add((int) bytes.getByte(99));
            bytes.release();
            queue.drain();
            channel.flushOutbound();
        }
        return names;
    }

    @Test
    void goesStraightToAChannelThatTakesIt() {
        queue.offer(named(1), false, 0);
        queue.flush();
        assertThat(written()).containsExactly(1);
        assertThat(queue.clear()).isTrue();
    }

    @Test
    void whatWaitsKeepsItsOrder() {
        block();
        queue.offer(named(1), false, 10);
        queue.offer(named(2), true, 20);
        assertThat(written()).containsExactly(0, 1, 2);
        assertThat(queue.dropped()).isZero();
    }

    @Test
    void beyondTheBoundWholeFramesAreDroppedUpToTheNextKeyFrame() {
        block();
        queue.offer(named(1), false, 10);
        queue.offer(named(2), false, 500);
        queue.offer(named(3), true, 800);
        queue.offer(named(4), false, 10 + WAIT + 1);
        assertThat(written()).containsExactly(0, 3, 4);
        assertThat(queue.dropped()).isEqualTo(2);
        assertThat(counters.droppedFrames).hasValue(2);
    }

    @Test
    void withoutAKeyFrameInTheQueueItWaitsForOne() {
        block();
        queue.offer(named(1), false, 10);
        queue.offer(named(2), false, 10 + WAIT + 1);
        queue.offer(named(3), false, 2_000);
        queue.offer(named(4), true, 2_001);
        assertThat(written()).containsExactly(0, 4);
        assertThat(queue.dropped()).isEqualTo(3);
    }

    @Test
    void aPeerThatTakesNothingIsStalled() {
        block();
        queue.offer(named(1), false, 10);
        assertThat(queue.stalled(5_000)).isFalse();
        assertThat(queue.stalled(5_011)).isTrue();
        written();
        assertThat(queue.stalled(50_000)).isFalse();
    }

    @Test
    void closingGivesBackWhatWaits() {
        block();
        ByteBuf waiting = named(1);
        queue.offer(waiting, false, 10);
        queue.close();
        assertThat(waiting.refCnt()).isZero();
        assertThat(queue.waiting()).isZero();
    }
}
