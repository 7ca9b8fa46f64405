package dev.millrace.platform.lanes;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Another node that copies this lane: it is sent every frame once and fans out by itself. Owned by the link's loop. */
final class LinkReader implements Reader {
    private final LinkChannel link;
    private final Lane lane;
    private final SendQueue.Limits limits;
    private final Subscribers subscribers;
    private @Nullable SendQueue queue;

    LinkReader(LinkChannel link, Lane lane, SendQueue.Limits limits, Subscribers subscribers) {
        this.link = link;
        this.lane = lane;
        this.limits = limits;
        this.subscribers = subscribers;
    }

    void begin() {
        subscribers.tell(this, 0, 0);
        lane.attach(link.loop(), this, lane.tracks());
    }

    @Override
    public int tracks() {
        return -1;
    }

    @Override
    public void started(List<TrackStart> starts) {
        ChannelHandlerContext open = link.context();
        if (open != null) {
            Tracks tracks = lane.tracks();
            queue = new SendQueue(open.channel(), limits, tracks.hasVideoWithKeyFrames(), lane.counters());
            queue.offerControl(
                    LinkMessage.welcome(open.alloc(), tracks.description().encode()));
        }
    }

    @Override
    public void replay(Frame frame, Layouts layouts) {
        offer(frame, true);
    }

    @Override
    public void deliver(Burst burst, Layouts layouts) {
        for (Frame frame : burst.frames()) {
            offer(frame, false);
        }
    }

    private void offer(Frame frame, boolean kept) {
        SendQueue open = queue;
        ChannelHandlerContext channel = link.context();
        if (open == null || channel == null) {
            return;
        }
        // One buffer, so that a drop takes header and frame together.
        ByteBuf message = channel.alloc()
                .compositeDirectBuffer(2)
                .addComponent(true, LinkMessage.frameHeader(channel.alloc(), frame, kept))
                .addComponent(true, frame.bytes().retainedDuplicate());
        long now = System.nanoTime();
        open.offer(message, frame.key() && frame.track().kind() == Track.Kind.VIDEO, now);
        if (open.stalled(now)) {
            link.disconnect();
        }
    }

    @Override
    public void flush() {
        if (queue != null) {
            queue.flush();
        }
    }

    void writable() {
        if (queue != null) {
            queue.drain();
        }
    }

    @Override
    public void report(int track, long ntp, long timestamp) {
        ChannelHandlerContext open = link.context();
        if (open != null && queue != null) {
            queue.offerControl(LinkMessage.report(open.alloc(), track, ntp, timestamp));
        }
    }

    void message(int type, ByteBuf body) {
        if (type == LinkMessage.READERS && body.readableBytes() >= 12) {
            subscribers.tell(this, body.readInt(), body.readLong());
        }
    }

    @Override
    public void closed(Closed why) {
        release();
        link.close(why);
    }

    @Override
    public boolean leavesWithTheHome() {
        return true;
    }

    void gone() {
        lane.detach(link.loop(), this);
        release();
    }

    private void release() {
        subscribers.forget(this);
        if (queue != null) {
            queue.close();
            queue = null;
        }
    }
}
