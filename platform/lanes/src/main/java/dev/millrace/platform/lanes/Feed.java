package dev.millrace.platform.lanes;

import dev.millrace.platform.contracts.Relay;
import dev.millrace.platform.contracts.Streams;
import dev.millrace.platform.contracts.Streams.Claim;
import dev.millrace.platform.runtime.Member;
import dev.millrace.platform.runtime.TcpPort;
import dev.millrace.platform.runtime.Timer;
import dev.millrace.protocols.wire.Malformed;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How a copy of a lane follows its home: find the claim, ask the home for a ticket, be fed over the node link, and start
 * again wherever that breaks, until the stream is over or no home was found for longer than the grace. Owned by the lane's
 * loop.
 */
final class Feed {
    private static final Logger LOG = LoggerFactory.getLogger(Feed.class);
    private static final Duration RETRY = Duration.ofMillis(150);
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);
    private static final Duration REPORT_PERIOD = Duration.ofSeconds(1);

    /** A copy without readers lives this long, for the reader that comes back at once. */
    private static final Duration IDLE = Duration.ofSeconds(10);

    /** Added to the grace, for a node loss to be noticed. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Lanes lanes;
    private final Lane lane;
    private boolean stopped;
    private @Nullable Link link;
    private @Nullable Timer reporting;
    private @Nullable Timer retrying;
    private long lostSinceNanos;
    private long idleSinceNanos;

    Feed(Lanes lanes, Lane lane) {
        this.lanes = lanes;
        this.lane = lane;
    }

    /** Any thread. */
    void start() {
        lane.loop().execute(() -> {
            lostSinceNanos = System.nanoTime();
            idleSinceNanos = lostSinceNanos;
            reporting = lane.loop().every(REPORT_PERIOD, this::report);
            find();
        });
    }

    /** Any thread. */
    void stop() {
        lane.loop().run(() -> {
            stopped = true;
            if (reporting != null) {
                reporting.cancel();
            }
            if (retrying != null) {
                retrying.cancel();
            }
            if (link != null) {
                link.disconnect();
            }
        });
    }

    private void find() {
        if (stopped) {
            return;
        }
        lanes.node()
                .bus()
                .ask(Streams.FIND, lane.path().text(), lane.path())
                .onComplete(found -> lane.loop().run(() -> {
                    if (found.failed()) {
                        retry();
                    } else {
                        claimed(found.result());
                    }
                }));
    }

    private void claimed(Optional<Claim> found) {
        if (stopped) {
            return;
        }
        Optional<Member> home = found.flatMap(claim -> lanes.node().membership().find(claim.relay()));
        if (found.isEmpty()
                || home.isEmpty()
                || home.get().id().equals(lanes.node().nodeId())) {
            retry();
            return;
        }
        Claim claim = found.get();
        lanes.node()
                .bus()
                .ask(
                        home.get().id(),
                        Relay.TAP,
                        new Relay.Tapping(
                                lane.path(), claim.epoch(), lanes.node().nodeId()))
                .onComplete(answer -> lane.loop().run(() -> {
                    if (answer.succeeded() && answer.result().outcome() == Relay.Outcome.GRANTED) {
                        connect(home.get(), answer.result().ticket());
                    } else {
                        retry();
                    }
                }));
    }

    private void connect(Member home, byte[] ticket) {
        if (stopped) {
            return;
        }
        Link next = new Link(ticket);
        TcpPort.connect(
                        lanes.node().loops(),
                        lane.loop(),
                        new InetSocketAddress(
                                home.info().clusterHost(), home.info().linkPort()),
                        CONNECT_TIMEOUT,
                        next)
                .onFailure(refused -> retry());
    }

    private void retry() {
        if (stopped) {
            return;
        }
        Duration patience = lanes.grace().plus(PATIENCE);
        if (link == null && System.nanoTime() - lostSinceNanos > patience.toNanos()) {
            LOG.info("stream lost stream={} path={} after={}s", lane.publicId(), lane.path(), patience.toSeconds());
            lanes.close(this, lane, Closed.UNREACHABLE);
        } else {
            retrying = lane.loop().after(RETRY, this::find);
        }
    }

    private void report() {
        if (lane.readers() > 0) {
            idleSinceNanos = System.nanoTime();
        } else if (System.nanoTime() - idleSinceNanos > IDLE.toNanos()) {
            lanes.close(this, lane, Closed.ENDED);
            return;
        }
        Link open = link;
        if (open != null) {
            open.tellReaders();
        }
    }

    /** The connection to the home. */
    private final class Link extends LinkChannel implements LaneSource {
        private final byte[] ticket;
        private @Nullable Tracks tracks;
        private boolean fresh;
        private boolean over;

        Link(byte[] ticket) {
            super(lane.loop());
            this.ticket = ticket;
        }

        @Override
        void opened() {
            ChannelHandlerContext open = context();
            if (stopped || open == null) {
                disconnect();
                return;
            }
            link = this;
            send(LinkMessage.hello(open.alloc(), ticket, lanes.node().keys().sign(LinkDoor.PURPOSE, ticket)));
            tellReaders();
        }

        void tellReaders() {
            ChannelHandlerContext open = context();
            if (open != null) {
                send(LinkMessage.readers(open.alloc(), lane.readers(), lane.dropped()));
            }
        }

        @Override
        void message(LinkMessage.Head head, ByteBuf body) {
            switch (head.type()) {
                case LinkMessage.WELCOME -> {
                    byte[] sdp = new byte[body.readableBytes()];
                    body.readBytes(sdp);
                    Tracks described = Tracks.of(sdp);
                    tracks = described;
                    fresh = lane.silent();
                    lane.source(this, described, List.of());
                    lane.outwardNumbers();
                }
                case LinkMessage.FRAME -> {
                    Tracks known = tracks;
                    if (known == null) {
                        throw new Malformed("link-frame", "before the description");
                    }
                    if (!missedByNobody(known, head)) {
                        lane.accept(this, frame(known, head, body));
                    }
                }
                case LinkMessage.REPORT -> lane.report(this, head.track(), body.readLong(), body.readUnsignedInt());
                case LinkMessage.CLOSE -> {
                    over = LinkMessage.reason(body) == Closed.ENDED;
                    disconnect();
                }
                default -> {
                    // A type of a newer version, or a ping: nothing to do.
                }
            }
        }

        /** Sound that was kept for those who follow from elsewhere only puts off a copy that begins here. */
        private boolean missedByNobody(Tracks known, LinkMessage.Head head) {
            return fresh && head.is(LinkMessage.FLAG_KEPT) && !known.hasVideoWithKeyFrames();
        }

        @Override
        void lost() {
            if (link == this) {
                link = null;
            }
            if (stopped) {
                return;
            }
            if (over) {
                lanes.close(Feed.this, lane, Closed.ENDED);
            } else if (tracks == null) {
                retry();
            } else {
                lostSinceNanos = System.nanoTime();
                find();
            }
        }
    }
}
