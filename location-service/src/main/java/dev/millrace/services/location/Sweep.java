package dev.millrace.services.location;

import dev.millrace.platform.contracts.Codec.Nothing;
import dev.millrace.platform.contracts.Packagings;
import dev.millrace.platform.contracts.Packagings.Packaging;
import dev.millrace.platform.contracts.Relay;
import dev.millrace.platform.contracts.Role;
import dev.millrace.platform.contracts.StreamPath;
import dev.millrace.platform.contracts.Streams;
import dev.millrace.platform.contracts.Streams.Claim;
import dev.millrace.platform.runtime.Member;
import dev.millrace.platform.runtime.NodeContext;
import dev.millrace.platform.runtime.Timer;
import dev.millrace.services.location.core.Held;
import dev.millrace.services.location.core.Orphans;
import dev.millrace.services.location.core.PackagingClaims;
import dev.millrace.services.location.core.StreamClaims;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks over all claims now and then, and releases those that no living node owns: the owner is gone, or is a relay that knows
 * nothing of the stream (its publisher's edge was lost between claiming and opening). Every node of the role looks; the first
 * by id acts, and two that both believe to be first do no harm, because a release names the epoch. Owned by one event loop.
 */
final class Sweep {
    private static final Logger LOG = LoggerFactory.getLogger(Sweep.class);

    /** Between two looks; no longer than the patience with orphans. */
    static final Duration PERIOD = Duration.ofSeconds(5);

    /** Entries of the table of streams, tombstones included; a claim of a new path beyond it is refused. */
    static final int ENTRY_LIMIT = 50_000;

    private record Owned(StreamPath path, long epoch) {}

    private final NodeContext node;
    private final Duration period;
    private final ClaimTable<Claim> streams;
    private final ClaimTable<Packaging> packagings;
    private final Orphans<Owned> streamOrphans;
    private final Orphans<Owned> packagingOrphans;
    private final Counter released;
    private Optional<Timer> timer = Optional.empty();
    private boolean looking;
    private int entries;

    Sweep(NodeContext node, LocationConfig config, ClaimTable<Claim> streams, ClaimTable<Packaging> packagings) {
        this.node = node;
        this.period = config.orphan().compareTo(PERIOD) < 0 ? config.orphan() : PERIOD;
        this.streams = streams;
        this.packagings = packagings;
        this.streamOrphans = new Orphans<>(config.orphan());
        this.packagingOrphans = new Orphans<>(config.orphan());
        this.released = Counter.builder("millrace.streams.orphans")
                .description("Claims released because no living node owned them")
                .register(node.metrics());
        Gauge.builder("millrace.streams.entries", this, sweep -> sweep.entries)
                .description("Stream claims of the cluster, tombstones included")
                .register(node.metrics());
    }

    void start() {
        timer = Optional.of(node.loops().current().inStep(period, this::look));
    }

    void stop() {
        timer.ifPresent(Timer::cancel);
    }

    /** Entries of the table of streams at the last look. */
    int entries() {
        return entries;
    }

    private void look() {
        if (looking) {
            return;
        }
        looking = true;
        Future.join(lookAtStreams(), lookAtPackagings()).onComplete(done -> {
            looking = false;
            if (done.failed()) {
                // The cluster is moving data or losing a node: the next look will do.
                LOG.debug("sweep failed cause={}", done.cause().toString());
            }
        });
    }

    private boolean first() {
        List<Member> serving = node.membership().members().stream()
                .filter(member -> member.has(Role.LOCATION))
                .toList();
        return !serving.isEmpty() && serving.getFirst().id().equals(node.nodeId());
    }

    private boolean lives(String nodeId) {
        return node.membership().find(nodeId).isPresent();
    }

    private Future<?> lookAtStreams() {
        return streams.all().compose(all -> {
            entries = all.size();
            if (!first()) {
                return Future.succeededFuture();
            }
            List<Claim> claims = all.values().stream()
                    .flatMap(held -> held.present().stream())
                    .toList();
            return askRelays(claims).compose(lanes -> releaseStreams(claims, lanes));
        });
    }

    /** The lanes of every living relay that answers; a relay that does not answer is given the benefit of the doubt. */
    private Future<Map<String, Set<StreamPath>>> askRelays(List<Claim> claims) {
        Map<String, Set<StreamPath>> lanes = new HashMap<>();
        List<Future<?>> asked = new ArrayList<>();
        claims.stream()
                .map(Claim::relay)
                .distinct()
                .filter(this::lives)
                .forEach(relay -> asked.add(node.bus()
                        .ask(relay, Relay.STATS, Nothing.NOTHING)
                        .onSuccess(stats -> {
                            Set<StreamPath> paths = new HashSet<>();
                            stats.forEach(one -> paths.add(one.path()));
                            lanes.put(relay, paths);
                        })
                        .otherwiseEmpty()));
        return Future.join(asked).map(answered -> lanes);
    }

    private Future<?> releaseStreams(List<Claim> claims, Map<String, Set<StreamPath>> lanes) {
        Set<Owned> ownerless = new HashSet<>();
        for (Claim claim : claims) {
            Set<StreamPath> known = lanes.getOrDefault(claim.relay(), Set.of(claim.path()));
            if (!lives(claim.relay()) || !known.contains(claim.path())) {
                ownerless.add(new Owned(claim.path(), claim.epoch()));
            }
        }
        List<Future<?>> releases = new ArrayList<>();
        for (Owned lost : streamOrphans.look(ownerless, node.clock().millis())) {
            released.increment();
            LOG.info("stream orphan released path={} epoch={}", lost.path(), lost.epoch());
            var release = new Streams.Releasing(lost.path(), lost.epoch());
            releases.add(streams.decide(lost.path(), (entry, now) -> StreamClaims.release(entry, release, now)));
        }
        return Future.join(releases);
    }

    private Future<?> lookAtPackagings() {
        return packagings.all().compose(all -> {
            if (!first()) {
                return Future.succeededFuture();
            }
            Set<Owned> ownerless = new HashSet<>();
            for (Held<Packaging> held : all.values()) {
                held.present()
                        .filter(packaging -> !lives(packaging.owner()))
                        .ifPresent(packaging -> ownerless.add(new Owned(packaging.path(), packaging.epoch())));
            }
            List<Future<?>> releases = new ArrayList<>();
            for (Owned lost : packagingOrphans.look(ownerless, node.clock().millis())) {
                released.increment();
                var release = new Packagings.Releasing(lost.path(), lost.epoch());
                releases.add(
                        packagings.decide(lost.path(), (entry, now) -> PackagingClaims.release(entry, release, now)));
            }
            return Future.join(releases);
        });
    }
}
