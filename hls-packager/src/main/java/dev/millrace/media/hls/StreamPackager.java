package dev.millrace.media.hls;

import dev.millrace.media.hls.core.Rendition;
import dev.millrace.media.hls.core.TrackPlan;
import dev.millrace.platform.contracts.Packagings;
import dev.millrace.platform.contracts.Packagings.Packaging;
import dev.millrace.platform.contracts.StreamPath;
import dev.millrace.platform.contracts.Streams.Claim;
import dev.millrace.platform.lanes.Closed;
import dev.millrace.platform.lanes.Subscription;
import dev.millrace.platform.lanes.Subscriptions;
import dev.millrace.platform.runtime.Loop;
import dev.millrace.platform.runtime.NodeContext;
import dev.millrace.platform.runtime.Timer;
import dev.millrace.protocols.hls.MultivariantPlaylist;
import dev.millrace.protocols.hls.SegmentName;
import dev.millrace.protocols.hls.SegmentWindow;
import dev.millrace.protocols.wire.Malformed;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Packages one stream on this node: reads its lane, keeps its segments, writes its claim at each cut. Owned by one event loop.
 * Requests wait for the first segment, at most {@code hls.waiting} of them for {@code hls.first-wait}.
 */
final class StreamPackager {
    private static final Logger LOG = LoggerFactory.getLogger(StreamPackager.class);

    /** Pause before a lane that closed is looked for again. */
    private static final Duration RETRY = Duration.ofMillis(500);

    /** So often, before the stream counts as ended. */
    private static final int RETRIES = 40;

    /** Where the packager is in its life. */
    private enum State {
        /** Reads the lane, or looks for it. */
        RUNNING,
        /** The publisher is gone; the playlist says so. Becomes RUNNING again if one is back when somebody asks. */
        ENDED,
        /** Another node owns the stream now; what is here can still be fetched for a while. */
        LOST,
        CLOSED
    }

    private final NodeContext node;
    private final Loop loop;
    private final PackagerConfig config;
    private final PackagerCounters counters;
    private final StreamPath path;
    private final List<Promise<Answer>> waiting = new ArrayList<>();
    private State state = State.RUNNING;
    private Packaging packaging;
    private @Nullable SegmentWindow window;
    private @Nullable Rendition rendition;
    private @Nullable Subscription subscription;
    private @Nullable Timer retry;
    private String publicId = "";
    private String notCarried = "";
    private boolean follows;
    private boolean looking;
    private int failures;
    private long askedNanos;
    private long lookedNanos;
    private long windowBytes;

    /** From this number on segments are another packager's: those cut here came too late for the claim. */
    private long disownedFrom = Long.MAX_VALUE;

    /** @param packaging the claim under which it works; one with a segment behind it is gone on with */
    StreamPackager(NodeContext node, Loop loop, PackagerConfig config, PackagerCounters counters, Packaging packaging) {
        this.node = node;
        this.loop = loop;
        this.config = config;
        this.counters = counters;
        this.path = packaging.path();
        this.packaging = packaging;
        this.follows = packaging.lastSequence() >= 0;
        this.askedNanos = node.clock().nanos();
        this.lookedNanos = askedNanos;
    }

    /** Begins to read. */
    void open() {
        counters.opened().increment();
        node.load().sessions(1);
        look();
    }

    Packaging packaging() {
        return packaging;
    }

    boolean owns() {
        return state == State.RUNNING || state == State.ENDED;
    }

    /** How long nobody has asked. */
    Duration unasked() {
        return Duration.ofNanos(node.clock().nanos() - askedNanos);
    }

    boolean ended() {
        return state == State.ENDED;
    }

    Future<Answer> ask(Resource resource) {
        askedNanos = node.clock().nanos();
        return switch (resource) {
            case Resource.Segment(long sequence) -> Future.succeededFuture(segment(sequence));
            case Resource.Index _, Resource.Media _ -> playlist(resource);
        };
    }

    /** A segment that is still here, whoever owns the stream. */
    Answer segment(long sequence) {
        SegmentWindow kept = window;
        Optional<SegmentWindow.Numbered> found =
                kept == null || sequence >= disownedFrom ? Optional.empty() : kept.find(sequence);
        return found.<Answer>map(segment -> new Answer.Segment(segment.bytes()))
                .orElseGet(() -> new Answer.NotFound("That segment is not there any more, or not yet."));
    }

    private Future<Answer> playlist(Resource resource) {
        if (state == State.ENDED || !notCarried.isEmpty()) {
            lookAgain();
        }
        if (!notCarried.isEmpty()) {
            return Future.succeededFuture(new Answer.NotCarried(notCarried));
        }
        SegmentWindow kept = window;
        if (kept != null) {
            return Future.succeededFuture(new Answer.Playlist(text(kept, resource)));
        }
        if (state != State.RUNNING) {
            return Future.succeededFuture(new Answer.NotFound("That stream has ended."));
        }
        if (waiting.size() >= config.waiting()) {
            counters.refused().increment();
            return Future.succeededFuture(new Answer.NotNow("Too many wait for this stream."));
        }
        return await().compose(first -> {
            SegmentWindow now = window;
            return Future.succeededFuture(now == null ? first : new Answer.Playlist(text(now, resource)));
        });
    }

    /** Completes when there is a playlist, or with the reason why there will be none. */
    private Future<Answer> await() {
        counters.waits().increment();
        Promise<Answer> promise = Promise.promise();
        waiting.add(promise);
        Timer limit = loop.after(config.firstWait(), () -> {
            if (waiting.remove(promise)) {
                promise.complete(new Answer.NotNow("The stream has not sent enough for a playlist yet."));
            }
        });
        return promise.future().onComplete(done -> limit.cancel());
    }

    private void release(Answer answer) {
        List<Promise<Answer>> released = List.copyOf(waiting);
        waiting.clear();
        released.forEach(promise -> promise.complete(answer));
    }

    private String text(SegmentWindow kept, Resource resource) {
        if (resource instanceof Resource.Media) {
            return kept.playlist().encode();
        }
        Rendition current = rendition;
        List<String> codecs = current == null ? List.of() : current.codecs();
        Optional<MultivariantPlaylist.Picture> picture = current == null ? Optional.empty() : current.picture();
        return new MultivariantPlaylist(Resource.MEDIA, kept.peakBitRate(), kept.averageBitRate(), codecs, picture)
                .encode();
    }

    /** At most once a second: is a publisher back on the path? */
    private void lookAgain() {
        long now = node.clock().nanos();
        if (now - lookedNanos > 1_000_000_000L) {
            lookedNanos = now;
            failures = RETRIES;
            look();
        }
    }

    private void look() {
        if (looking) {
            return;
        }
        looking = true;
        Subscriptions subscriptions = Subscriptions.of(node);
        subscriptions.find(path).onComplete(found -> {
            looking = false;
            if (!owns()) {
                return;
            }
            if (found.failed()) {
                again();
            } else if (found.result().isEmpty()) {
                streamEnded();
            } else {
                begin(subscriptions, found.result().orElseThrow());
            }
        });
    }

    private void again() {
        if (++failures > RETRIES) {
            streamEnded();
        } else {
            retry = loop.after(RETRY, this::look);
        }
    }

    private void begin(Subscriptions subscriptions, Claim claim) {
        publicId = claim.publicId();
        try {
            TrackPlan plan = TrackPlan.of(claim.sdp());
            if (!plan.carries()) {
                notCarried = "HLS carries none of this stream's tracks: " + reasons(plan);
                release(new Answer.NotCarried(notCarried));
                return;
            }
            notCarried = "";
            SegmentWindow kept = window;
            if (kept != null) {
                kept.reopen();
            }
            state = State.RUNNING;
            int target = kept == null ? (int) packaging.targetSeconds() : kept.targetSeconds();
            Rendition.Anchor anchor =
                    new Rendition.Anchor(node.clock().nanos(), node.clock().millis());
            Rendition begun = new Rendition(plan, config.segmenter(target), anchor, follows);
            rendition = begun;
            Subscription opened = subscriptions.open(claim, loop);
            subscription = opened;
            opened.attach(new LaneFeed(begun, plan, this));
            LOG.info("hls packaging stream={} epoch={} follows={}", publicId, packaging.epoch(), follows);
        } catch (Malformed malformed) {
            notCarried = "This stream's description cannot be read (" + malformed.rule() + ").";
            release(new Answer.NotCarried(notCarried));
        }
    }

    private static String reasons(TrackPlan plan) {
        return String.join(
                "; ",
                plan.leftOut().stream()
                        .map(track -> track.encoding() + ": " + track.reason())
                        .toList());
    }

    /** Segments are finished; called from the feed, in the lane's turn. */
    void onCuts(Rendition from, List<Rendition.Cut> cuts) {
        // The lane's turn has no Vert.x context, which answers of the bus need.
        loop.execute(() -> {
            if (from == rendition && owns()) {
                cuts.forEach(cut -> add(from, cut));
            }
        });
    }

    private void add(Rendition from, Rendition.Cut cut) {
        failures = 0;
        SegmentWindow kept = window;
        if (kept == null) {
            long first = packaging.lastSequence() >= 0
                    ? packaging.lastSequence() + 1
                    : SegmentName.first(node.clock().millis());
            kept = new SegmentWindow(config.bound(), from.targetSeconds(), first, packaging.discontinuities());
            window = kept;
        }
        SegmentWindow.Numbered added = kept.add(
                cut.segment(),
                new SegmentWindow.Label(cut.programMillis(), cut.discontinuity()),
                node.clock().millis());
        follows = true;
        counters.segments().increment();
        countBytes(kept.bytes());
        tell(added.sequence(), kept);
        release(new Answer.Playlist(""));
    }

    private void countBytes(long now) {
        (now > windowBytes ? counters.bytesIn() : counters.bytesOut()).increment((double) Math.abs(now - windowBytes));
        windowBytes = now;
    }

    private void tell(long sequence, SegmentWindow kept) {
        packaging = new Packaging(
                path, packaging.epoch(), node.nodeId(), sequence, kept.discontinuities(), kept.targetSeconds());
        node.bus().ask(Packagings.CUT, path.text(), packaging).onSuccess(mine -> {
            if (!mine) {
                disownedFrom = Math.min(disownedFrom, sequence);
                lose();
            }
        });
    }

    /** The lane let go; called from the feed, in the lane's turn. */
    void onClosed(Rendition from, Closed why) {
        loop.execute(() -> {
            if (from != rendition || !owns()) {
                return;
            }
            LOG.info("hls lane closed stream={} why={}", publicId, why);
            from.end().forEach(cut -> add(from, cut));
            subscription = null;
            switch (why) {
                case ENDED -> streamEnded();
                case CHANGED, TAKEN_OVER, MOVED, UNREACHABLE, STALLED -> again();
                case STOPPED -> lose();
            }
        });
    }

    private void streamEnded() {
        detach();
        state = State.ENDED;
        notCarried = "";
        SegmentWindow kept = window;
        if (kept != null) {
            kept.end();
        }
        release(new Answer.NotFound("That stream has ended."));
    }

    /** Another node owns the stream: no more reading; what is here stays for a while. */
    void lose() {
        if (owns()) {
            LOG.info("hls packaging handed over stream={} epoch={}", publicId, packaging.epoch());
            detach();
            state = State.LOST;
            release(new Answer.NotMine());
        }
    }

    private void detach() {
        if (retry != null) {
            retry.cancel();
            retry = null;
        }
        Subscription held = subscription;
        subscription = null;
        if (held != null) {
            held.detach();
        }
    }

    /** Everything is let go. */
    void close() {
        if (state == State.CLOSED) {
            return;
        }
        detach();
        state = State.CLOSED;
        release(new Answer.NotNow("The packager stops."));
        rendition = null;
        window = null;
        countBytes(0);
        counters.closed().increment();
        node.load().sessions(-1);
    }

    /** Once a second: segments that have been out of the playlist for long enough are forgotten. */
    void tick() {
        SegmentWindow kept = window;
        if (kept != null) {
            kept.expire(node.clock().millis());
            countBytes(kept.bytes());
        }
    }
}
