package dev.millrace.services.location;

import dev.millrace.platform.contracts.Codec;
import dev.millrace.platform.contracts.Subscribers;
import dev.millrace.platform.contracts.Subscribers.Listing;
import dev.millrace.platform.contracts.Subscribers.Name;
import dev.millrace.platform.contracts.Subscribers.Page;
import dev.millrace.platform.contracts.Subscribers.Subscriber;
import dev.millrace.platform.runtime.Mirror;
import dev.millrace.platform.runtime.NodeContext;
import dev.millrace.platform.runtime.Registration;
import dev.millrace.platform.runtime.Table;
import dev.millrace.platform.runtime.Tables;
import dev.millrace.platform.runtime.Tables.Copies;
import dev.millrace.platform.runtime.Tables.Lasting;
import dev.millrace.services.location.core.Held;
import dev.millrace.services.location.core.SubscriberRules;
import io.micrometer.core.instrument.Gauge;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * Serves the questions about users out of a copy of the whole table on this node, so that finding one waits for nobody. Finding
 * runs on the asker's thread, all else on the service's loop.
 */
final class Users {
    /** Users by {@link SubscriberRules#key}. */
    static final Tables.Spec<String, Held<Subscriber>> TABLE = new Tables.Spec<>(
                    "sip-subscribers", Codec.TEXT, Held.SUBSCRIBER, Held<Subscriber>::version)
            .lasting(new Lasting<>(
                    Copies.ALL,
                    Optional.empty(),
                    SubscriberRules::untilMillis,
                    List.of(SubscriberRules.PUT, SubscriberRules.REMOVE)));

    private final NodeContext node;
    private final Table<String, Held<Subscriber>> table;
    private final Mirror<String, Held<Subscriber>> mirror;
    private final List<Registration> registrations = new ArrayList<>();
    private List<String> domains = List.of();
    private long domainsOf = -1;

    private Users(NodeContext node, Table<String, Held<Subscriber>> table, Mirror<String, Held<Subscriber>> mirror) {
        this.node = node;
        this.table = table;
        this.mirror = mirror;
        Gauge.builder("millrace.subscribers", mirror, Mirror::size)
                .description("Users of the cluster, removed ones included")
                .register(node.metrics());
    }

    /** Completes when all users are here. */
    static Future<Users> open(NodeContext node) {
        Table<String, Held<Subscriber>> table = node.tables().open(TABLE);
        return table.mirror(Function.<String>identity()).map(mirror -> new Users(node, table, mirror));
    }

    void start() {
        registrations.add(node.bus().serveAnywhere(Subscribers.FIND, this::find));
        registrations.add(node.bus().serve(Subscribers.PUT, this::put));
        registrations.add(node.bus().serve(Subscribers.REMOVE, this::remove));
        registrations.add(node.bus().serve(Subscribers.LIST, asked -> Future.succeededFuture(list(asked))));
        registrations.add(node.bus().serve(Subscribers.DOMAINS, nothing -> Future.succeededFuture(domains())));
    }

    void stop() {
        registrations.forEach(Registration::cancel);
        registrations.clear();
    }

    private Future<Optional<Subscriber>> find(Name asked) {
        return Future.succeededFuture(
                mirror.get(SubscriberRules.key(asked.username(), asked.realm())).flatMap(Held::present));
    }

    private Future<Boolean> put(Subscriber asked) {
        String key = SubscriberRules.key(asked.username(), asked.realm());
        if (mirror.size() >= Subscribers.LIMIT && mirror.get(key).isEmpty()) {
            return Future.succeededFuture(false);
        }
        return table.decide(
                SubscriberRules.PUT,
                key,
                new SubscriberRules.Put(asked, node.clock().millis(), node.nodeId()));
    }

    private Future<Boolean> remove(Name asked) {
        return table.decide(
                SubscriberRules.REMOVE,
                SubscriberRules.key(asked.username(), asked.realm()),
                new SubscriberRules.Remove(asked, node.clock().millis(), node.nodeId()));
    }

    private Page list(Listing asked) {
        int limit = Math.clamp(asked.limit(), 1, Subscribers.PAGE_LIMIT);
        List<Subscriber> page = new ArrayList<>();
        for (Map.Entry<String, Held<Subscriber>> entry :
                mirror.after(asked.after().isEmpty() ? Optional.empty() : Optional.of(asked.after()))) {
            entry.getValue().present().ifPresent(page::add);
            if (page.size() == limit) {
                return new Page(page, entry.getKey());
            }
        }
        return new Page(page, "");
    }

    /** Asked by every door now and then; counted again only when a user came or went. */
    private List<String> domains() {
        long now = mirror.changes();
        if (now != domainsOf) {
            TreeSet<String> found = new TreeSet<>();
            for (Map.Entry<String, Held<Subscriber>> entry : mirror.after(Optional.empty())) {
                entry.getValue().present().ifPresent(user -> found.add(user.domain()));
            }
            domains = List.copyOf(found);
            domainsOf = now;
        }
        return domains;
    }
}
