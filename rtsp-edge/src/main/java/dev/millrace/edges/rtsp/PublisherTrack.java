package dev.millrace.edges.rtsp;

import dev.millrace.platform.lanes.Publication;
import dev.millrace.platform.runtime.Clock;
import dev.millrace.platform.runtime.Loop;
import dev.millrace.platform.runtime.Timer;
import dev.millrace.platform.runtime.UdpPair;
import dev.millrace.protocols.rtp.ReceptionStats;
import dev.millrace.protocols.rtp.Reorder;
import dev.millrace.protocols.rtp.RtpView;
import dev.millrace.protocols.rtsp.Leg;
import io.netty.buffer.ByteBuf;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** One track of a publisher: counted, put into order where UDP brought it, given to the lane. Owned by the session's loop. */
final class PublisherTrack implements Reorder.Outlet<ByteBuf> {
    /** Packets held back for a missing one; a 4 Mb/s stream sends some 20 in 50 ms. */
    private static final int REORDER_PACKETS = 512;

    private static final long MILLI = 1_000_000;

    final ReceptionStats stats;

    @Nullable
    Leg leg;

    @Nullable
    UdpPair pair;

    @Nullable
    InetSocketAddress reportsTo;

    long ssrc;
    private final Publication publication;
    private final int index;
    private final Loop loop;
    private final Clock clock;
    private final Duration wait;
    private @Nullable Reorder<ByteBuf> reorder;
    private @Nullable Timer overdue;

    PublisherTrack(Publication publication, int index, int clockRate, EdgeLoop room) {
        this.publication = publication;
        this.index = index;
        this.loop = room.loop();
        this.clock = room.edge().node().clock();
        this.wait = room.edge().config().reorder();
        this.stats = new ReceptionStats(Math.max(1, clockRate));
    }

    /** A packet that TCP brought, borrowed; false if it is no RTP. */
    boolean inOrder(ByteBuffer view, int offset, int length, long now) {
        if (!count(view, offset, length, now)) {
            return false;
        }
        publication.packet(index, view, offset, length);
        return true;
    }

    /** A packet that UDP brought, borrowed; false if it is no RTP. */
    boolean anyOrder(ByteBuf packet, long now) {
        ByteBuffer view = packet.internalNioBuffer(packet.readerIndex(), packet.readableBytes());
        if (!count(view, view.position(), view.remaining(), now)) {
            return false;
        }
        Reorder<ByteBuf> order = reorder;
        if (order == null) {
            order = new Reorder<>(REORDER_PACKETS, wait.toMillis(), this);
            reorder = order;
        }
        order.offer(RtpView.sequence(view, view.position()), packet.retain(), now / MILLI);
        if (order.held() > 0 && overdue == null) {
            overdue = loop.after(wait, this::expire);
        }
        return true;
    }

    private boolean count(ByteBuffer view, int offset, int length, long now) {
        if (!RtpView.valid(view, offset, length)) {
            return false;
        }
        ssrc = RtpView.ssrc(view, offset);
        stats.onRtp(RtpView.sequence(view, offset), RtpView.timestamp(view, offset), now);
        return true;
    }

    private void expire() {
        overdue = null;
        Reorder<ByteBuf> order = reorder;
        if (order != null) {
            order.expire(clock.nanos() / MILLI);
            if (order.held() > 0) {
                overdue = loop.after(wait, this::expire);
            }
        }
    }

    @Override
    public void next(ByteBuf packet, int gap) {
        ByteBuffer view = packet.internalNioBuffer(packet.readerIndex(), packet.readableBytes());
        publication.packet(index, view, view.position(), view.remaining());
        packet.release();
    }

    @Override
    public void discard(ByteBuf packet) {
        packet.release();
    }

    void close() {
        leg = null;
        if (overdue != null) {
            overdue.cancel();
            overdue = null;
        }
        if (reorder != null) {
            reorder.close();
            reorder = null;
        }
        if (pair != null) {
            pair.close();
            pair = null;
        }
    }
}
