package dev.millrace.services.location;

import dev.millrace.platform.contracts.Codec;
import dev.millrace.platform.contracts.Codec.Nothing;
import dev.millrace.platform.contracts.Location;
import dev.millrace.platform.contracts.Location.Bindings;
import dev.millrace.platform.contracts.Location.Listing;
import dev.millrace.platform.contracts.Location.Page;
import dev.millrace.platform.contracts.Location.Removing;
import dev.millrace.platform.contracts.Location.Saved;
import dev.millrace.platform.contracts.Location.Saving;
import dev.millrace.platform.contracts.Location.Watching;
import dev.millrace.platform.contracts.Role;
import dev.millrace.platform.runtime.Loop;
import dev.millrace.platform.runtime.Member;
import dev.millrace.platform.runtime.NodeContext;
import dev.millrace.platform.runtime.Registration;
import dev.millrace.platform.runtime.Table;
import dev.millrace.platform.runtime.Tables;
import dev.millrace.platform.runtime.Tables.Copies;
import dev.millrace.platform.runtime.Tables.Lasting;
import dev.millrace.platform.runtime.Timer;
import dev.millrace.services.location.core.AddressWatchers;
import dev.millrace.services.location.core.BindingRules;
import dev.millrace.services.location.core.BindingSet;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Serves the questions about bindings. What is asked by many is handed to the table on the asker's own thread; the watchers are
 * owned by the service's loop.
 */
final class Registrations {
    /** Bindings by address of record. */
    static final Tables.Spec<String, BindingSet> TABLE = new Tables.Spec<>(
                    "sip-bindings", Codec.TEXT, BindingSet.CODEC, BindingSet::version)
            .lasting(new Lasting<>(
                    Copies.HELD,
                    Optional.of(BindingSet::merge),
                    BindingSet::untilMillis,
                    List.of(BindingRules.SAVE, BindingRules.REMOVE)));

    /** Between two looks for leases that have ended. */
    private static final Duration FORGET = Duration.ofSeconds(30);

    private final NodeContext node;
    private final Loop loop;
    private final Table<String, BindingSet> table;
    private final AddressWatchers watchers = new AddressWatchers();
    private final List<Registration> registrations = new ArrayList<>();
    private final Counter[] outcomes = new Counter[Location.Outcome.values().length];
    private final Counter told;
    private Optional<Timer> timer = Optional.empty();

    Registrations(NodeContext node) {
        this.node = node;
        this.loop = node.loops().current();
        this.table = node.tables().open(TABLE);
        for (Location.Outcome outcome : Location.Outcome.values()) {
            outcomes[outcome.ordinal()] = Counter.builder("millrace.bindings.saved")
                    .description("Registrations by what became of them")
                    .tag("outcome", outcome.name().toLowerCase(java.util.Locale.ROOT))
                    .register(node.metrics());
        }
        this.told = Counter.builder("millrace.bindings.told")
                .description("New bindings told to watching nodes")
                .register(node.metrics());
        Gauge.builder("millrace.bindings.watched", watchers, AddressWatchers::size)
                .description("Addresses of record that nodes watch")
                .register(node.metrics());
    }

    void start() {
        registrations.add(node.bus().serveAnywhere(Location.SAVE, this::save));
        registrations.add(node.bus().serveAnywhere(Location.LOOKUP, this::lookup));
        registrations.add(node.bus().serveAnywhere(Location.FETCH, this::fetch));
        registrations.add(node.bus().serveAnywhere(Location.REMOVE, this::remove));
        registrations.add(node.bus().serveAnywhere(Location.LIST, this::list));
        registrations.add(node.bus().serve(Location.WATCH, this::watch));
        registrations.add(node.bus().serve(Location.WATCHED, this::watched));
        timer = Optional.of(
                loop.inStep(FORGET, () -> watchers.forget(node.clock().millis())));
    }

    void stop() {
        timer.ifPresent(Timer::cancel);
        registrations.forEach(Registration::cancel);
        registrations.clear();
    }

    private Future<Saved> save(Saving asked) {
        BindingRules.check(asked);
        return table.decide(
                        BindingRules.SAVE,
                        asked.addressOfRecord(),
                        new BindingRules.Save(asked, node.clock().millis(), node.nodeId()))
                .map(written -> {
                    outcomes[written.outcome().ordinal()].increment();
                    if (written.added()) {
                        loop.execute(() -> tell(asked.addressOfRecord()));
                    }
                    return new Saved(written.outcome(), written.bindings());
                });
    }

    private Future<Bindings> lookup(String address) {
        return table.get(address)
                .map(set ->
                        set.orElse(BindingSet.NONE).best(address, node.clock().millis()));
    }

    private Future<Bindings> fetch(String address) {
        return table.get(address)
                .map(set ->
                        set.orElse(BindingSet.NONE).live(address, node.clock().millis()));
    }

    private Future<Boolean> remove(Removing asked) {
        return table.decide(
                BindingRules.REMOVE,
                asked.addressOfRecord(),
                new BindingRules.Remove(asked, node.clock().millis(), node.nodeId()));
    }

    private Future<Nothing> watch(Watching asked) {
        List<Future<?>> others = new ArrayList<>();
        for (Member member : node.membership().members()) {
            if (member.has(Role.LOCATION) && !member.id().equals(node.nodeId())) {
                // One that does not answer is being lost: nobody registers there.
                others.add(node.bus().ask(member.id(), Location.WATCHED, asked).otherwise(Nothing.NOTHING));
            }
        }
        return watched(asked).compose(here -> Future.join(others)).map(Nothing.NOTHING);
    }

    private Future<Nothing> watched(Watching asked) {
        long lease = Math.clamp(asked.leaseMillis(), 0, Location.LEASE_LIMIT);
        return watchers.watch(
                        asked.addressOfRecord(),
                        asked.node(),
                        lease,
                        node.clock().millis())
                ? Future.succeededFuture(Nothing.NOTHING)
                : Future.failedFuture("there are " + AddressWatchers.LIMIT + " watched addresses, which is the limit");
    }

    /** The node that wrote it tells; it has every watch. */
    private void tell(String address) {
        List<String> waiting = watchers.now(address, node.clock().millis());
        if (!waiting.isEmpty()) {
            lookup(address)
                    .onSuccess(bindings -> waiting.forEach(watcher -> {
                        told.increment();
                        node.bus().tell(watcher, Location.CHANGED, bindings);
                    }));
        }
    }

    private Future<Page> list(Listing asked) {
        Cursor from = Cursor.parse(asked.after());
        int limit = Math.clamp(asked.limit(), 1, Location.PAGE_LIMIT);
        return list(from, limit, new ArrayList<>());
    }

    /** Partition after partition, until the page is full. */
    private Future<Page> list(Cursor from, int limit, List<Bindings> page) {
        return table.part(from.partition()).compose(part -> {
            long now = node.clock().millis();
            List<String> addresses = part.entries().keySet().stream()
                    .filter(address -> address.compareTo(from.address()) > 0)
                    .sorted()
                    .toList();
            for (String address : addresses) {
                Bindings bindings = java.util.Objects.requireNonNull(
                                part.entries().get(address))
                        .best(address, now);
                if (!bindings.bindings().isEmpty()) {
                    page.add(bindings);
                    if (page.size() == limit) {
                        return Future.succeededFuture(
                                new Page(List.copyOf(page), new Cursor(from.partition(), address).text()));
                    }
                }
            }
            return part.more()
                    ? list(new Cursor(from.partition() + 1, ""), limit, page)
                    : Future.succeededFuture(new Page(List.copyOf(page), ""));
        });
    }

    /** Where a page ends. */
    record Cursor(int partition, String address) {
        static Cursor parse(String text) {
            int slash = text.indexOf('/');
            if (slash <= 0 || slash > 6 || !text.substring(0, slash).chars().allMatch(c -> c >= '0' && c <= '9')) {
                return new Cursor(0, "");
            }
            return new Cursor(Integer.parseInt(text.substring(0, slash)), text.substring(slash + 1));
        }

        String text() {
            return partition + "/" + address;
        }
    }
}
