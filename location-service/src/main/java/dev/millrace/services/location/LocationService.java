package dev.millrace.services.location;

import dev.millrace.platform.contracts.Codec.Nothing;
import dev.millrace.platform.contracts.Packagings;
import dev.millrace.platform.contracts.Packagings.Packaging;
import dev.millrace.platform.contracts.Question;
import dev.millrace.platform.contracts.StreamPath;
import dev.millrace.platform.contracts.Streams;
import dev.millrace.platform.contracts.Streams.Change;
import dev.millrace.platform.contracts.Streams.Claim;
import dev.millrace.platform.contracts.Streams.Claimed;
import dev.millrace.platform.contracts.Streams.Claiming;
import dev.millrace.platform.contracts.Streams.Watching;
import dev.millrace.platform.runtime.NodeContext;
import dev.millrace.platform.runtime.Registration;
import dev.millrace.platform.runtime.Service;
import dev.millrace.services.location.core.Held;
import dev.millrace.services.location.core.PackagingClaims;
import dev.millrace.services.location.core.StreamClaims;
import dev.millrace.services.location.core.Watchers;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves the questions about streams and packagings over two tables of the cluster, and tells watching nodes of changes;
 * {@link Registrations} and {@link Users} do the same for people. Owned by one event loop; decides nothing itself. A node that comes late or is lost changes nothing: the tables live on all nodes of
 * the role.
 */
final class LocationService implements Service {
    private static final Logger LOG = LoggerFactory.getLogger(LocationService.class);

    /** Claims in one answer to {@link Streams#LIST}, the first by name. */
    static final int LIST_LIMIT = 10_000;

    private final NodeContext node;
    private final ClaimTable<Claim> streams;
    private final ClaimTable<Packaging> packagings;
    private final Sweep sweep;
    private final Registrations bindings;
    private Optional<Users> users = Optional.empty();
    private final Watchers watchers = new Watchers();
    private final List<Registration> registrations = new ArrayList<>();
    private final Counter granted;
    private final Counter refused;
    private final Counter told;
    private final Counter full;

    LocationService(NodeContext node, LocationConfig config) {
        this.node = node;
        this.streams = new ClaimTable<>(node, "stream-claims", Held.CLAIM);
        this.packagings = new ClaimTable<>(node, "packagings", Held.PACKAGING);
        this.sweep = new Sweep(node, config, streams, packagings);
        this.bindings = new Registrations(node);
        this.granted = counter("millrace.streams.claims.granted", "Claims of a stream that were granted");
        this.refused = counter("millrace.streams.claims.refused", "Claims of a stream that came too late");
        this.told = counter("millrace.streams.changes.told", "Changes told to watching nodes");
        this.full = counter("millrace.streams.limit", "Questions refused because a limit was reached");
        Gauge.builder("millrace.streams.watchers", watchers, Watchers::size)
                .description("Nodes that watch the stream claims here")
                .register(node.metrics());
    }

    private Counter counter(String name, String text) {
        return Counter.builder(name).description(text).register(node.metrics());
    }

    @Override
    public Future<Void> start() {
        serve(Streams.CLAIM, this::claim);
        serve(Streams.FIND, streams::find);
        serve(Streams.LIST, nothing -> list());
        serve(Streams.UPDATE, q -> streams.decide(q.path(), (entry, now) -> StreamClaims.update(entry, q, now)));
        serve(Streams.RELEASE, q -> streams.decide(q.path(), (entry, now) -> StreamClaims.release(entry, q, now)));
        serve(Streams.WATCH, this::watch);
        serve(Packagings.CLAIM, q -> packagings.decide(q.path(), (entry, now) -> PackagingClaims.claim(entry, q, now)));
        serve(Packagings.FIND, packagings::find);
        serve(Packagings.CUT, q -> packagings.decide(q.path(), (entry, now) -> PackagingClaims.cut(entry, q, now)));
        serve(
                Packagings.RELEASE,
                q -> packagings.decide(q.path(), (entry, now) -> PackagingClaims.release(entry, q, now)));
        registrations.add(streams.onChange(this::changed));
        sweep.start();
        bindings.start();
        node.shared(LocationAdmin.class, LocationAdmin::new);
        return Users.open(node).map(opened -> {
            opened.start();
            users = Optional.of(opened);
            return null;
        });
    }

    private <Q, A> void serve(Question<Q, A> question, Function<Q, Future<A>> handler) {
        registrations.add(node.bus().serve(question, handler));
    }

    private Future<Claimed> claim(Claiming asked) {
        if (asked.seen() == 0 && sweep.entries() >= Sweep.ENTRY_LIMIT) {
            full.increment();
            return Future.failedFuture("there are " + Sweep.ENTRY_LIMIT + " streams, which is the limit");
        }
        return streams.decide(asked.path(), (entry, now) -> StreamClaims.claim(entry, asked, now))
                .onSuccess(claimed -> {
                    (claimed.granted() ? granted : refused).increment();
                    LOG.debug(
                            "stream claim id={} granted={} epoch={} relay={} edge={}",
                            claimed.current().publicId(),
                            claimed.granted(),
                            claimed.current().epoch(),
                            asked.relay(),
                            asked.edge());
                });
    }

    private Future<List<Claim>> list() {
        return streams.all()
                .map(entries -> entries.entrySet().stream()
                        .filter(entry -> !entry.getValue().gone())
                        .sorted(java.util.Map.Entry.comparingByKey())
                        .limit(LIST_LIMIT)
                        .map(entry -> entry.getValue().value())
                        .toList());
    }

    private Future<Nothing> watch(Watching asked) {
        if (!watchers.watch(asked.node(), asked.leaseMillis(), node.clock().millis())) {
            full.increment();
            return Future.failedFuture("there are " + Watchers.LIMIT + " watching nodes, which is the limit");
        }
        return Future.succeededFuture(Nothing.NOTHING);
    }

    private void changed(StreamPath path, Optional<Claim> claim) {
        Change change = new Change(path, claim);
        for (String watcher : watchers.now(node.clock().millis())) {
            told.increment();
            node.bus().tell(watcher, Streams.CHANGED, change);
        }
    }

    @Override
    public Future<Void> stop() {
        sweep.stop();
        bindings.stop();
        users.ifPresent(Users::stop);
        registrations.forEach(Registration::cancel);
        registrations.clear();
        return Future.succeededFuture();
    }
}
