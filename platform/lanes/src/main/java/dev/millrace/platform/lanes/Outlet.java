package dev.millrace.platform.lanes;

import dev.millrace.platform.runtime.Loop;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;

/** Where a publication's frames go: the home on this node, or the node link to it. Owned by the publication's loop. */
sealed interface Outlet {
    /** Takes the frame over. */
    void frame(Frame frame);

    void report(int track, long ntp, long timestamp);

    /** Says why the publisher leaves. */
    void close(Closed why);

    /** By reference into the home's loop. */
    record Local(PublisherPort port) implements Outlet {
        @Override
        public void frame(Frame frame) {
            Loop home = port.lane().loop();
            if (home.inLoop()) {
                port.frame(frame);
            } else {
                home.netty().execute(() -> port.frame(frame));
            }
        }

        @Override
        public void report(int track, long ntp, long timestamp) {
            port.lane().loop().run(() -> port.report(track, ntp, timestamp));
        }

        @Override
        public void close(Closed why) {
            // Behind the frames that are on their way.
            port.lane().loop().execute(() -> port.closed(why));
        }
    }

    /** Over the node link; a link that takes nothing loses whole frames, counted. */
    record Linked(LinkChannel link, SendQueue queue) implements Outlet {
        @Override
        public void frame(Frame frame) {
            ChannelHandlerContext open = link.context();
            if (open == null) {
                frame.release();
                return;
            }
            ByteBuf header = LinkMessage.frameHeader(open.alloc(), frame, false);
            ByteBuf message = open.alloc()
                    .compositeDirectBuffer(2)
                    .addComponent(true, header)
                    .addComponent(true, frame.bytes());
            queue.offer(message, frame.key() && frame.track().kind() == Track.Kind.VIDEO, System.nanoTime());
            queue.flush();
        }

        @Override
        public void report(int track, long ntp, long timestamp) {
            ChannelHandlerContext open = link.context();
            if (open != null) {
                queue.offerControl(LinkMessage.report(open.alloc(), track, ntp, timestamp));
                queue.flush();
            }
        }

        @Override
        public void close(Closed why) {
            queue.drain();
            link.close(why);
            queue.close();
        }
    }
}
