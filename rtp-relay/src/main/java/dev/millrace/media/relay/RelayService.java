package dev.millrace.media.relay;

import dev.millrace.platform.contracts.Codec.Nothing;
import dev.millrace.platform.contracts.Relay;
import dev.millrace.platform.contracts.Relay.Outcome;
import dev.millrace.platform.contracts.Relay.Stats;
import dev.millrace.platform.contracts.Relay.Ticket;
import dev.millrace.platform.contracts.StreamPath;
import dev.millrace.platform.lanes.Lane;
import dev.millrace.platform.lanes.Lanes;
import dev.millrace.platform.lanes.Tracks;
import dev.millrace.platform.runtime.Loop;
import dev.millrace.platform.runtime.NodeContext;
import dev.millrace.platform.runtime.Registration;
import dev.millrace.platform.runtime.Service;
import dev.millrace.protocols.wire.Malformed;
import io.micrometer.core.instrument.Gauge;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The role {@code rtp-relay} on one node: answers {@link Relay}'s questions about the lanes whose home is here, and sends them
 * away when it drains. Owned by one event loop.
 */
final class RelayService implements Service {
    private static final Logger LOG = LoggerFactory.getLogger(RelayService.class);
    private static final long TICK_MILLIS = 1_000;
    private static final long DRAIN_MILLIS = 500;

    /** How often each claim is told how things stand: a word that was lost is repeated, a lost claim is noticed. */
    private static final Duration CHECK_PERIOD = Duration.ofSeconds(5);

    /** Most streams at home on one node. */
    static final int STREAMS = 10_000;

    private static final Ticket BUSY = new Ticket(Outcome.BUSY, new byte[0]);
    private static final Ticket STALE = new Ticket(Outcome.STALE, new byte[0]);
    private static final Ticket FULL = new Ticket(Outcome.FULL, new byte[0]);

    private final NodeContext node;
    private final Lanes lanes;
    private final Loop loop;
    private final Map<StreamPath, Home> homes = new HashMap<>();
    private final List<Registration> served = new ArrayList<>();
    private final List<Promise<Void>> awaitingDrain = new ArrayList<>();
    private boolean draining;
    private boolean sending;

    RelayService(NodeContext node) {
        this.node = node;
        this.lanes = Lanes.of(node);
        this.loop = node.loops().next();
    }

    @Override
    public Future<Void> start() {
        served.add(node.bus().serve(Relay.OPEN, opening -> onLoop(() -> open(opening))));
        served.add(node.bus().serve(Relay.TAP, tapping -> onLoop(() -> Future.succeededFuture(tap(tapping)))));
        served.add(node.bus().serve(Relay.CLOSE, closing -> onLoop(() -> Future.succeededFuture(close(closing)))));
        served.add(node.bus().serve(Relay.STATS, nothing -> onLoop(() -> Future.succeededFuture(stats()))));
        loop.inStep(
                Duration.ofMillis(TICK_MILLIS),
                () -> homes.values().forEach(home -> home.lane().tick()));
        loop.inStep(CHECK_PERIOD, () -> homes.values().forEach(Home::check));
        Gauge.builder("millrace.relay.streams", homes, Map::size)
                .description("streams whose home is this node")
                .register(node.metrics());
        return lanes.start();
    }

    private <A> Future<A> onLoop(Supplier<Future<A>> work) {
        Promise<A> answer = Promise.promise();
        loop.run(() -> work.get().onComplete(answer));
        return answer.future();
    }

    private Future<Ticket> open(Relay.Opening opening) {
        Home known = homes.get(opening.path());
        if (known != null && opening.epoch() < known.epoch()) {
            return Future.succeededFuture(STALE);
        }
        if (known == null && (draining || homes.size() >= STREAMS)) {
            return Future.succeededFuture(FULL);
        }
        Tracks tracks;
        try {
            tracks = Tracks.of(opening.sdp());
        } catch (Malformed malformed) {
            LOG.warn("description refused path={} {}", opening.path(), malformed.getMessage());
            return Future.succeededFuture(STALE);
        }
        Home home = known == null ? create(opening, tracks) : known;
        return home.admit(opening.epoch(), opening.edge(), tracks, opening.restamps(), opening.override())
                .map(ticket ->
                        ticket.map(bytes -> new Ticket(Outcome.GRANTED, bytes)).orElse(BUSY));
    }

    private Home create(Relay.Opening opening, Tracks tracks) {
        Lane lane = lanes.home(opening.path(), opening.publicId(), tracks);
        Home home = new Home(node, lane, opening.epoch(), opening.edge(), over -> loop.run(() -> forget(over)));
        homes.put(opening.path(), home);
        node.load().sessions(1);
        return home;
    }

    private void forget(Home home) {
        if (homes.remove(home.path(), home)) {
            node.load().sessions(-1);
        }
        if (homes.isEmpty()) {
            awaitingDrain.forEach(Promise::tryComplete);
            awaitingDrain.clear();
        }
    }

    private Ticket tap(Relay.Tapping tapping) {
        Home home = homes.get(tapping.path());
        if (home == null || tapping.epoch() < home.epoch()) {
            return STALE;
        }
        return lanes.ticket(tapping.path())
                .map(bytes -> new Ticket(Outcome.GRANTED, bytes))
                .orElse(STALE);
    }

    private Nothing close(Relay.Closing closing) {
        Home home = homes.get(closing.path());
        if (home != null && closing.epoch() >= home.epoch()) {
            home.lane().loop().run(() -> home.end("closed by " + closing.edge()));
        }
        return Nothing.NOTHING;
    }

    private List<Stats> stats() {
        return homes.values().stream()
                .map(home -> new Stats(
                        home.path(),
                        home.epoch(),
                        home.lane().bitsPerSecond(),
                        lanes.readers(home.lane()),
                        home.lane().packets(),
                        home.lane().lost(),
                        lanes.dropped(home.lane())))
                .toList();
    }

    @Override
    public void drain() {
        loop.run(() -> {
            draining = true;
            sendAway();
        });
    }

    /** Asks each publisher's edge to move its lane; again and again, because another relay may come up later. */
    private void sendAway() {
        if (!draining || sending) {
            return;
        }
        sending = true;
        List<Future<Boolean>> asked = new ArrayList<>();
        for (Home home : homes.values()) {
            Relay.Rehoming rehoming = new Relay.Rehoming(home.path(), home.epoch(), node.nodeId());
            asked.add(node.bus().ask(home.edge(), Relay.REHOME, rehoming));
        }
        Future.join(asked)
                .onComplete(done -> loop.run(() -> {
                    sending = false;
                    if (draining && !homes.isEmpty()) {
                        loop.after(Duration.ofMillis(DRAIN_MILLIS), this::sendAway);
                    }
                }));
    }

    @Override
    public void resume() {
        loop.run(() -> draining = false);
    }

    @Override
    public Future<Void> drained() {
        Promise<Void> empty = Promise.promise();
        loop.run(() -> {
            if (homes.isEmpty()) {
                empty.complete();
            } else {
                awaitingDrain.add(empty);
            }
        });
        return empty.future();
    }

    @Override
    public int sessions() {
        return homes.size();
    }

    @Override
    public Future<Void> stop() {
        served.forEach(Registration::cancel);
        return onLoop(() -> {
            List.copyOf(homes.values()).forEach(Home::stop);
            return Future.succeededFuture();
        });
    }
}
