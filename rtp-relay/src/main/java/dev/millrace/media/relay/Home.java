package dev.millrace.media.relay;

import dev.millrace.platform.contracts.StreamPath;
import dev.millrace.platform.contracts.Streams;
import dev.millrace.platform.contracts.Streams.Restamp;
import dev.millrace.platform.lanes.Closed;
import dev.millrace.platform.lanes.Frame;
import dev.millrace.platform.lanes.Lane;
import dev.millrace.platform.lanes.Lanes;
import dev.millrace.platform.lanes.PublisherPort;
import dev.millrace.platform.lanes.Tracks;
import dev.millrace.platform.runtime.NodeContext;
import dev.millrace.platform.runtime.Timer;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One stream whose home is this node: which publisher feeds the lane, what happens when it vanishes, and what the claim says.
 * Owned by the lane's loop; what may be called from any thread says so.
 */
final class Home {
    private static final Logger LOG = LoggerFactory.getLogger(Home.class);

    /** A publisher that sent nothing for this long may be replaced without {@code override}. */
    static final Duration SILENCE = Duration.ofSeconds(2);

    private static final Duration TELL_DELAY = Duration.ofMillis(200);

    private final NodeContext node;
    private final Lanes lanes;
    private final Lane lane;
    private final Consumer<Home> over;
    private @Nullable Arrival current;
    private @Nullable Timer grace;
    private @Nullable Timer telling;
    private boolean ended;

    /** @param over told once, when the home is given up, for whatever reason */
    Home(NodeContext node, Lane lane, long epoch, String edge, Consumer<Home> over) {
        this.node = node;
        this.lanes = Lanes.of(node);
        this.lane = lane;
        this.over = over;
        lane.owned(epoch, edge);
    }

    Lane lane() {
        return lane;
    }

    StreamPath path() {
        return lane.path();
    }

    /** Any thread. */
    long epoch() {
        return lane.epoch();
    }

    /** The node the publisher is connected to. Any thread. */
    String edge() {
        return lane.edge();
    }

    /**
     * A publisher asks to feed the lane: a ticket, or empty while another one's packets flow. Any thread.
     *
     * @param claimed the epoch of the claim that names this node
     */
    Future<Optional<byte[]>> admit(long claimed, String from, Tracks tracks, List<Restamp> restamps, boolean override) {
        Promise<Optional<byte[]>> answer = Promise.promise();
        lane.loop().run(() -> {
            boolean flows = current != null && System.nanoTime() - lane.lastFrameNanos() < SILENCE.toNanos();
            if (flows && !override && claimed <= epoch()) {
                answer.complete(Optional.empty());
                return;
            }
            lane.owned(Math.max(epoch(), claimed), edge());
            // A publisher that was let in but never opens its link must not keep the path for ever.
            if (current == null) {
                awaitPublisher();
            }
            Arrival arrival = new Arrival(from, tracks, restamps);
            answer.complete(Optional.of(lanes.door().expect(arrival)));
        });
        return answer.future();
    }

    private void awaitPublisher() {
        if (grace == null) {
            Duration wait = lanes.grace().plus(SILENCE);
            grace = lane.loop().after(wait, () -> end("publisher did not come back"));
        }
    }

    private void stopWaiting() {
        if (grace != null) {
            grace.cancel();
            grace = null;
        }
    }

    /** Ends the stream for everyone. */
    void end(String why) {
        if (ended) {
            return;
        }
        LOG.info("stream ended stream={} path={} why=\"{}\"", lane.publicId(), path(), why);
        giveUp();
        lanes.close(lane, Closed.ENDED);
        node.bus().ask(Streams.RELEASE, path().text(), new Streams.Releasing(path(), epoch()));
    }

    /** The claim names another node, or a later epoch: the readers that are left here are fed from there. */
    private void leave() {
        if (!ended) {
            LOG.info("stream left stream={} path={}", lane.publicId(), path());
            Arrival feeding = current;
            lanes.leave(lane);
            giveUp();
            if (feeding != null && feeding.publisher != null) {
                feeding.publisher.dismiss(Closed.MOVED);
            }
        }
    }

    /** This node stops: publishers and other nodes look for another home at once. Any thread. */
    void stop() {
        lane.loop().run(() -> {
            Arrival feeding = current;
            giveUp();
            if (feeding != null && feeding.publisher != null) {
                feeding.publisher.dismiss(Closed.STOPPED);
            }
        });
    }

    private void giveUp() {
        ended = true;
        stopWaiting();
        if (telling != null) {
            telling.cancel();
        }
        current = null;
        over.accept(this);
    }

    /** Tells the claim how things stand, and finds out whether it is still ours. Any thread. */
    void check() {
        lane.loop().run(() -> {
            if (!ended) {
                tellClaim(current != null);
            }
        });
    }

    private void tellClaim(boolean live) {
        long told = epoch();
        byte[] sdp = lane.tracks().description().encode();
        node.bus()
                .ask(
                        Streams.UPDATE,
                        path().text(),
                        new Streams.Updating(path(), epoch(), edge(), sdp, lane.restamps(), live))
                .onSuccess(known -> {
                    if (!known) {
                        lane.loop().run(() -> {
                            if (told == epoch()) {
                                leave();
                            }
                        });
                    }
                });
    }

    /** One publisher that was let in. */
    private final class Arrival implements PublisherPort {
        private final String from;
        private final Tracks tracks;
        private final List<Restamp> restamps;
        private @Nullable Publisher publisher;

        Arrival(String from, Tracks tracks, List<Restamp> restamps) {
            this.from = from;
            this.tracks = tracks;
            this.restamps = restamps;
        }

        @Override
        public Lane lane() {
            return lane;
        }

        @Override
        public Tracks tracks() {
            return tracks;
        }

        @Override
        public void opened(Publisher arrived) {
            publisher = arrived;
            if (ended) {
                arrived.dismiss(Closed.MOVED);
                return;
            }
            Arrival before = current;
            current = this;
            lane.owned(epoch(), from);
            stopWaiting();
            if (before != null && before.publisher != null) {
                before.publisher.dismiss(Closed.TAKEN_OVER);
            }
            lane.source(this, tracks, restamps);
            LOG.info(
                    "stream live stream={} path={} epoch={} edge={} tracks={}",
                    lane.publicId(),
                    path(),
                    epoch(),
                    from,
                    tracks.size());
            tellClaim(true);
        }

        @Override
        public void frame(Frame frame) {
            lane.accept(this, frame);
            if (lane.takeRestamped() && telling == null) {
                // Not at once: a track whose SSRC flaps would write the claim for every packet.
                telling = lane.loop().after(TELL_DELAY, () -> {
                    telling = null;
                    check();
                });
            }
        }

        @Override
        public void report(int track, long ntp, long timestamp) {
            lane.report(this, track, ntp, timestamp);
        }

        @Override
        public void closed(Closed why) {
            if (current != this) {
                return;
            }
            current = null;
            switch (why) {
                case ENDED -> end("publisher said goodbye");
                case MOVED -> leave();
                case CHANGED, TAKEN_OVER, UNREACHABLE, STALLED, STOPPED -> {
                    LOG.info(
                            "publisher away stream={} path={} grace={}s",
                            lane.publicId(),
                            path(),
                            lanes.grace().toSeconds());
                    awaitPublisher();
                    tellClaim(false);
                }
            }
        }
    }
}
