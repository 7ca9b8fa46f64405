package dev.millrace.services.proxy;

import dev.millrace.platform.contracts.BindingDraft;
import dev.millrace.platform.contracts.Flows.FlowRef;
import dev.millrace.platform.contracts.Location;
import dev.millrace.platform.contracts.Location.Binding;
import dev.millrace.platform.contracts.Location.Bindings;
import dev.millrace.platform.contracts.Role;
import dev.millrace.platform.contracts.Subscribers;
import dev.millrace.platform.contracts.Subscribers.Subscriber;
import dev.millrace.platform.runtime.NodeContext;
import dev.millrace.platform.runtime.testing.TestBinding;
import dev.millrace.platform.runtime.testing.TestRole;
import dev.millrace.protocols.digest.Digester;
import dev.millrace.protocols.digest.Hashes;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The role location, as much of it as a proxy asks: bindings that the test writes, and users alice, bob and carol. Whoever is lost it cannot tell. */
final class TestLocation {
    static final String DOMAIN = "example.com";

    private final Map<String, List<Binding>> bindings = new ConcurrentHashMap<>();

    static String password(String user) {
        return "secret of " + user;
    }

    /** Forgets all bindings. */
    void clear() {
        bindings.clear();
    }

    void bind(String user, String contact, int q1000) {
        bind(user, contact, q1000, Optional.empty(), "", 0);
    }

    void bind(String user, String contact, int q1000, Optional<FlowRef> flow, String instance, int regId) {
        bind(user, TestBinding.at(contact).q(q1000).over(flow).instance(instance, regId));
    }

    void bind(String user, BindingDraft binding) {
        List<Binding> all = new ArrayList<>(bindings.getOrDefault(aor(user), List.of()));
        all.add(binding.build().written(all.size(), 1));
        all.sort(Comparator.comparingInt(Binding::q1000).reversed());
        bindings.put(aor(user), List.copyOf(all));
    }

    List<Binding> of(String user) {
        return bindings.getOrDefault(aor(user), List.of());
    }

    private static String aor(String user) {
        return "sip:" + user + "@" + DOMAIN;
    }

    TestRole role() {
        return new TestRole(Role.LOCATION, this::serve);
    }

    private Future<Void> serve(NodeContext node) {
        node.bus()
                .serve(
                        Location.LOOKUP,
                        aor -> aor.contains("lost")
                                ? Future.failedFuture("no store")
                                : Future.succeededFuture(new Bindings(aor, 1, bindings.getOrDefault(aor, List.of()))));
        node.bus().serve(Location.REMOVE, removing -> {
            bindings.computeIfPresent(
                    removing.addressOfRecord(),
                    (aor, all) -> all.stream()
                            .filter(binding -> !binding.identity().equals(removing.identity())
                                    || binding.version() != removing.version())
                            .toList());
            return Future.succeededFuture(true);
        });
        node.bus().serve(Subscribers.FIND, name -> Future.succeededFuture(find(name)));
        node.bus().serve(Subscribers.DOMAINS, nothing -> Future.succeededFuture(List.of(DOMAIN)));
        return Future.succeededFuture();
    }

    private static Optional<Subscriber> find(Subscribers.Name name) {
        String user = name.username();
        if (!List.of("alice", "bob", "carol").contains(user) || !name.realm().equals(DOMAIN)) {
            return Optional.empty();
        }
        Map<String, String> hashes =
                Hashes.of(new Digester(), user, DOMAIN, password(user)).encode();
        return Optional.of(new Subscriber(aor(user), user, DOMAIN, hashes));
    }
}
