package dev.millrace.media.hls;

import dev.millrace.platform.contracts.Packagings;
import dev.millrace.platform.contracts.Packagings.Claimed;
import dev.millrace.platform.contracts.Packagings.Packaging;
import dev.millrace.platform.contracts.Role;
import dev.millrace.platform.contracts.StreamPath;
import dev.millrace.platform.lanes.Subscriptions;
import dev.millrace.platform.runtime.Loop;
import dev.millrace.platform.runtime.Member;
import dev.millrace.platform.runtime.NodeContext;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Knows who packages the streams whose names fall to its event loop, which owns it: a packager here, or another node. Takes a
 * stream over whose packager's node is gone.
 */
final class StreamDesk {
    private static final Logger LOG = LoggerFactory.getLogger(StreamDesk.class);

    /** How long the word of the location service about another node's stream is believed. */
    private static final long BELIEVED_NANOS = 1_000_000_000L;

    /** Pause before a node that did not answer is asked again. */
    private static final Duration RETRY = Duration.ofMillis(250);

    /** A claim is kept so long after its packager stopped, so that numbers go on if somebody comes back. */
    private static final long RESTING_NANOS = 600_000_000_000L;

    /** Readers of a live playlist come back sooner than this: without a request for so long, none is left. */
    private static final long QUIET_NANOS = 10_000_000_000L;

    private static final Duration QUIET_CHECK = Duration.ofSeconds(1);

    /** Claims kept so, at most. */
    static final int MAX_RESTING = 10_000;

    /** Places remembered, at most. */
    static final int MAX_PLACES = 10_000;

    private final NodeContext node;
    private final Loop loop;
    private final PackagerConfig config;
    private final PackagerCounters counters;
    private final OwnerClient owners;
    private final Map<StreamPath, StreamPackager> packagers = new HashMap<>();
    private final Map<Sought, Future<Place>> resolving = new HashMap<>();
    private final Map<StreamPath, Known> known = new LinkedHashMap<>();
    private final Map<StreamPath, Resting> resting = new LinkedHashMap<>();
    private boolean draining;
    private long askedNanos;

    /** Where a stream is packaged. */
    private sealed interface Place {
        record Here(StreamPackager packager) implements Place {}

        record There(Member owner) implements Place {}

        record Nowhere(Answer answer) implements Place {}
    }

    /** A search under way. One for a segment claims nothing, so no request for a playlist may share its outcome. */
    private record Sought(StreamPath path, boolean segment) {}

    private record Known(Place.There place, long untilNanos) {}

    private record Resting(Packaging packaging, long untilNanos) {}

    StreamDesk(NodeContext node, Loop loop, PackagerConfig config, PackagerCounters counters) {
        this.node = node;
        this.loop = loop;
        this.config = config;
        this.counters = counters;
        this.owners = new OwnerClient(node, config, counters);
        this.askedNanos = node.clock().nanos() - QUIET_NANOS;
    }

    Loop loop() {
        return loop;
    }

    int packaging() {
        return (int) packagers.values().stream().filter(StreamPackager::owns).count();
    }

    /**
     * What a request gets. Called on the desk's loop.
     *
     * @param forwarded another node's packager asks: it must not be sent on
     */
    Future<Answer> ask(StreamPath path, Resource resource, boolean forwarded) {
        if (!forwarded) {
            askedNanos = node.clock().nanos();
        }
        StreamPackager here = packagers.get(path);
        if (here != null && here.owns()) {
            return here.ask(resource).map(answer -> keptInstead(path, resource, answer));
        }
        if (here != null && resource instanceof Resource.Segment(long sequence)) {
            // Listed here before the stream was handed over; the new owner's window begins behind it.
            Answer kept = here.segment(sequence);
            if (forwarded || kept instanceof Answer.Segment) {
                return Future.succeededFuture(kept);
            }
        }
        return ask(
                path,
                resource,
                forwarded,
                node.clock().nanos() + config.ownerWait().toNanos());
    }

    private Future<Answer> ask(StreamPath path, Resource resource, boolean forwarded, long deadline) {
        return place(path, resource).compose(place -> switch (place) {
            case Place.Here(StreamPackager packager) ->
                packager.ask(resource).map(answer -> keptInstead(path, resource, answer));
            case Place.There(Member owner) ->
                forwarded ? Future.succeededFuture(new Answer.NotMine()) : fetch(path, resource, owner, deadline);
            case Place.Nowhere(Answer answer) -> Future.succeededFuture(answer);
        });
    }

    /** A segment of a packager that is gone, if it went through this node once. */
    private Answer keptInstead(StreamPath path, Resource resource, Answer answer) {
        return answer instanceof Answer.NotFound && resource instanceof Resource.Segment(long sequence)
                ? owners.kept(path, sequence).<Answer>map(Answer.Segment::new).orElse(answer)
                : answer;
    }

    /** Asks the owner; a silent one is asked again, until it answers, or is lost and somebody takes over, or time is up. */
    private Future<Answer> fetch(StreamPath path, Resource resource, Member owner, long deadline) {
        return owners.fetch(owner, path, resource).recover(failure -> {
            known.remove(path);
            if (node.clock().nanos() > deadline) {
                return Future.succeededFuture(new Answer.NotNow("The packager of this stream does not answer."));
            }
            Promise<Answer> later = Promise.promise();
            loop.after(RETRY, () -> ask(path, resource, false, deadline).onComplete(later));
            return later.future();
        });
    }

    private Future<Place> place(StreamPath path, Resource resource) {
        Known believed = known.get(path);
        if (believed != null && believed.untilNanos > node.clock().nanos()) {
            return Future.succeededFuture(believed.place);
        }
        Sought sought = new Sought(path, resource instanceof Resource.Segment);
        Future<Place> running = resolving.get(sought);
        if (running == null) {
            Future<Place> begun = node.bus()
                    .ask(Packagings.FIND, path.text(), path)
                    .compose(found -> resolve(path, resource, found))
                    .otherwise(failure -> new Place.Nowhere(
                            new Answer.NotNow("The cluster does not say where this stream is packaged.")));
            if (begun.isComplete()) {
                return begun;
            }
            resolving.put(sought, begun);
            running = begun.onComplete(done -> resolving.remove(sought, begun));
        }
        return running;
    }

    private Future<Place> resolve(StreamPath path, Resource resource, Optional<Packaging> found) {
        Optional<Member> owner = found.flatMap(packaging -> node.membership().find(packaging.owner()))
                .filter(member -> member.has(Role.HLS_PACKAGER));
        if (owner.isPresent() && !owner.get().id().equals(node.nodeId())) {
            return Future.succeededFuture(believe(path, owner.get()));
        }
        if (found.isEmpty() && resource instanceof Resource.Segment) {
            return nowhere(new Answer.NotFound("That stream is not packaged; ask for its playlist first."));
        }
        return Subscriptions.of(node).find(path).compose(stream -> {
            if (stream.isEmpty()) {
                return nowhere(new Answer.NotFound("There is no such stream."));
            }
            if (owner.isPresent()) {
                return Future.succeededFuture(take(found.orElseThrow()));
            }
            return claim(path, found);
        });
    }

    private static Future<Place> nowhere(Answer answer) {
        return Future.succeededFuture(new Place.Nowhere(answer));
    }

    private Place believe(StreamPath path, Member owner) {
        Place.There place = new Place.There(owner);
        known.remove(path);
        known.put(path, new Known(place, node.clock().nanos() + BELIEVED_NANOS));
        trim(known, MAX_PLACES);
        return place;
    }

    private static <K, V> void trim(Map<K, V> map, int limit) {
        Iterator<K> oldest = map.keySet().iterator();
        while (map.size() > limit && oldest.hasNext()) {
            oldest.next();
            oldest.remove();
        }
    }

    private Future<Place> claim(StreamPath path, Optional<Packaging> found) {
        Optional<String> elsewhere = draining ? successor() : Optional.empty();
        if (elsewhere.isEmpty() && packagers.size() >= config.streams()) {
            counters.refused().increment();
            return nowhere(new Answer.NotNow("This node packages as many streams as it may."));
        }
        String owner = elsewhere.orElse(node.nodeId());
        long seen = found.map(Packaging::epoch).orElse(0L);
        return node.bus()
                .ask(Packagings.CLAIM, path.text(), new Packagings.Claiming(path, seen, owner))
                .map(claimed -> claimed(path, found, claimed));
    }

    private Place claimed(StreamPath path, Optional<Packaging> found, Claimed claimed) {
        Packaging current = claimed.current();
        if (!current.owner().equals(node.nodeId())) {
            Optional<Member> owner = node.membership().find(current.owner());
            return owner.isPresent()
                    ? believe(path, owner.get())
                    : new Place.Nowhere(new Answer.NotNow("Another node is taking this stream over."));
        }
        StreamPackager before = packagers.get(path);
        boolean runs = before != null && before.owns();
        if (found.isPresent() && !runs) {
            counters.adopted().increment();
            LOG.info(
                    "hls stream taken over from={} epoch={} next={}",
                    found.get().owner(),
                    current.epoch(),
                    current.lastSequence() + 1);
        }
        return take(current);
    }

    /** This node owns the claim: its packager, begun if it does not run. */
    private Place take(Packaging packaging) {
        StreamPath path = packaging.path();
        StreamPackager before = packagers.get(path);
        if (before != null && before.owns()) {
            return new Place.Here(before);
        }
        if (before != null) {
            before.close();
        }
        resting.remove(path);
        known.remove(path);
        StreamPackager packager = new StreamPackager(node, loop, config, counters, packaging);
        packagers.put(path, packager);
        packager.open();
        return new Place.Here(packager);
    }

    /** Somebody came or went: what was believed of owners may be wrong. */
    void membersChanged() {
        known.clear();
        owners.forgetLost();
    }

    /** Once a second: packagers nobody asks are stopped, claims nobody came back for are given up. */
    void tick() {
        long now = node.clock().nanos();
        for (StreamPackager packager : List.copyOf(packagers.values())) {
            packager.tick();
            if (packager.unasked().compareTo(config.idle()) > 0) {
                rest(packager, now);
            }
        }
        Iterator<Resting> oldest = resting.values().iterator();
        while (oldest.hasNext()) {
            Resting claim = oldest.next();
            if (resting.size() <= MAX_RESTING && claim.untilNanos > now) {
                return;
            }
            oldest.remove();
            release(claim.packaging);
        }
    }

    private void rest(StreamPackager packager, long now) {
        Packaging packaging = packager.packaging();
        boolean owned = packager.owns();
        packager.close();
        packagers.remove(packaging.path());
        if (owned) {
            resting.put(packaging.path(), new Resting(packaging, now + RESTING_NANOS));
        }
    }

    private void release(Packaging packaging) {
        node.bus()
                .ask(
                        Packagings.RELEASE,
                        packaging.path().text(),
                        new Packagings.Releasing(packaging.path(), packaging.epoch()));
    }

    /** Hands every stream to another packager, if there is one; completes when they have begun, or have failed to. */
    Future<Void> drain() {
        draining = true;
        List<Future<?>> moves = new ArrayList<>();
        for (StreamPackager packager : List.copyOf(packagers.values())) {
            if (packager.owns() && !packager.ended()) {
                moves.add(handOver(packager));
            }
        }
        return Future.join(moves).<Void>mapEmpty().otherwiseEmpty();
    }

    /** Completes when no reader of this node has asked for anything for a while. */
    Future<Void> quiet() {
        if (node.clock().nanos() - askedNanos >= QUIET_NANOS) {
            return Future.succeededFuture();
        }
        Promise<Void> later = Promise.promise();
        loop.after(QUIET_CHECK, () -> quiet().onComplete(later));
        return later.future();
    }

    private Future<Void> handOver(StreamPackager packager) {
        Optional<String> next = successor();
        if (next.isEmpty()) {
            return Future.succeededFuture();
        }
        Packaging packaging = packager.packaging();
        StreamPath path = packaging.path();
        Packagings.Claiming claiming = new Packagings.Claiming(path, packaging.epoch(), next.get());
        return node.bus().ask(Packagings.CLAIM, path.text(), claiming).compose(claimed -> {
            @Nullable
            Member owner = node.membership().find(claimed.current().owner()).orElse(null);
            if (owner == null || owner.id().equals(node.nodeId())) {
                return Future.succeededFuture();
            }
            packager.lose();
            believe(path, owner);
            // The first request makes it begin; ours, so that no reader has to wait for it.
            return owners.fetch(owner, path, new Resource.Media()).mapEmpty();
        });
    }

    private Optional<String> successor() {
        return node.membership().serving(Role.HLS_PACKAGER).stream()
                .filter(member -> !member.id().equals(node.nodeId()) && !member.draining(Role.HLS_PACKAGER))
                .findFirst()
                .map(Member::id);
    }

    void resume() {
        draining = false;
    }

    void close() {
        packagers.values().forEach(StreamPackager::close);
        packagers.clear();
        resting.clear();
        owners.close();
    }
}
