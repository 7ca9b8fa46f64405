package dev.millrace.protocols.rtp;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.millrace.platform.testkit.Hex;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

/** The path of every packet allocates nothing: header, key frame rule, statistics, reordering, cutting. */
class AllocationTest {
    private static final int PACKETS = 200_000;

    /** What the measurement itself and the compiler's threads may cost; one object a packet would be 3.2 MB. */
    private static final long NOISE = 100_000;

    private static long sum;

    private static final PieceSink SINK = (prefix, prefixLength, from, length) -> sum += length;

    @Test
    void nothingIsAllocatedPerPacket() {
        ByteBuffer packet =
                ByteBuffer.wrap(Hex.of("90 60 1234 89abcdef fedcba98 bede0001 00000000 7c85 aabb" + "cc".repeat(100)));
        ReceptionStats stats = new ReceptionStats(90_000);
        Reorder<ByteBuffer> reorder = new Reorder<>(64, 50, new Reorder.Outlet<>() {
            @Override
            public void next(ByteBuffer next, int gap) {
                sum += gap;
            }

            @Override
            public void discard(ByteBuffer late) {
                sum++;
            }
        });
        run(packet, stats, reorder);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        run(packet, stats, reorder);
        long allocated = threads.getCurrentThreadAllocatedBytes() - before;

        assertThat(allocated).isLessThan(NOISE);
        assertThat(sum).isPositive();
    }

    private static void run(ByteBuffer packet, ReceptionStats stats, Reorder<ByteBuffer> reorder) {
        int length = packet.limit();
        for (int i = 0; i < PACKETS; i++) {
            // Every other pair is swapped, so that the reordering has to hold one.
            RtpView.setSequence(packet, 0, i ^ 1);
            RtpView.setTimestamp(packet, 0, i * 10L);
            if (RtpView.validity(packet, 0, length) == RtpValidity.OK) {
                int from = RtpView.payloadOffset(packet, 0);
                int size = RtpView.payloadLength(packet, 0, length);
                sum += KeyFrames.H264.startsKeyFrame(packet, from, size) ? 1 : 0;
                sum += H264Packetizer.repacketise(packet, from, size, 60, SINK);
                int sequence = RtpView.sequence(packet, 0);
                stats.onRtp(sequence, RtpView.timestamp(packet, 0), i * 1_000L);
                reorder.offer(sequence, packet, i / 100);
            }
        }
    }
}
