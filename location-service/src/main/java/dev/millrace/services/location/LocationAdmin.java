package dev.millrace.services.location;

import dev.millrace.platform.contracts.Location;
import dev.millrace.platform.contracts.Location.Binding;
import dev.millrace.platform.contracts.Location.Bindings;
import dev.millrace.platform.contracts.Subscribers;
import dev.millrace.platform.contracts.Subscribers.Name;
import dev.millrace.platform.contracts.Subscribers.Subscriber;
import dev.millrace.platform.runtime.AdminRoutes;
import dev.millrace.platform.runtime.AdminRoutes.Answer;
import dev.millrace.platform.runtime.AdminRoutes.Request;
import dev.millrace.platform.runtime.NodeContext;
import dev.millrace.protocols.digest.Digester;
import dev.millrace.protocols.digest.Hashes;
import dev.millrace.protocols.wire.Malformed;
import dev.millrace.services.location.core.UserAddress;
import dev.millrace.services.location.core.UserLine;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What operators ask about users and bindings, on any node: it asks the role location over the bus. A password becomes hashes
 * here and goes no further. Owned by the loop it was made on.
 */
final class LocationAdmin {
    private static final int PAGE = 100;

    private final NodeContext node;

    LocationAdmin(NodeContext node) {
        this.node = node;
        AdminRoutes routes = AdminRoutes.of(node);
        routes.mount("GET", "/users", this::list);
        routes.mount("POST", "/users", this::add);
        routes.mount("POST", "/users/import", request -> new UserImport(node, request.body()).run());
        routes.mount("PUT", "/users/{address}", this::put);
        routes.mount("POST", "/users/{address}", this::put);
        routes.mount("DELETE", "/users/{address}", this::remove);
        routes.mount("GET", "/bindings", this::bindings);
    }

    private static String query(Request request, String name) {
        return request.query().getOrDefault(name, "");
    }

    private Future<Answer> list(Request request) {
        var listing = new Subscribers.Listing(query(request, "after"), request.limit(PAGE, Subscribers.PAGE_LIMIT));
        return node.bus().ask(Subscribers.LIST, "", listing).map(page -> {
            JsonArray users = new JsonArray();
            page.subscribers().forEach(user -> users.add(shown(user)));
            return Answer.json(200, new JsonObject().put("users", users).put("next", page.next()));
        });
    }

    private static JsonObject shown(Subscriber user) {
        return new JsonObject()
                .put("address", user.addressOfRecord().substring("sip:".length()))
                .put("username", user.username())
                .put("realm", user.realm())
                .put(
                        "algorithms",
                        new JsonArray(user.hashes().keySet().stream().sorted().toList()));
    }

    private static String path(Request request) {
        return request.path().getOrDefault("address", "");
    }

    /** A user that is not there yet. */
    private Future<Answer> add(Request request) {
        JsonObject body = body(request);
        if (!(body.getValue("address") instanceof String address)) {
            throw new Malformed("user", "the body has no address: {\"address\": \"alice@example.com\", ...}");
        }
        Subscriber user = user(UserAddress.parse(address), body);
        return node.bus()
                .ask(Subscribers.FIND, user.username(), new Name(user.username(), user.realm()))
                .compose(known -> known.isPresent()
                        ? Future.succeededFuture(Answer.sentence(
                                409, address + " is there already; PUT /users/<address> changes a user."))
                        : put(user, 201));
    }

    /** A user, there already or not. */
    private Future<Answer> put(Request request) {
        return put(user(UserAddress.parse(path(request)), body(request)), 200);
    }

    private static JsonObject body(Request request) {
        return request.json()
                .orElseThrow(
                        () -> new Malformed("user", "the body is JSON: {\"password\": \"...\"} or {\"hashes\": {}}"));
    }

    private static Subscriber user(UserAddress address, JsonObject body) {
        Name name = name(address, body.getValue("username"), body.getValue("realm"));
        Hashes hashes = hashes(name, body);
        return new Subscriber(address.addressOfRecord(), name.username(), name.realm(), hashes.encode());
    }

    private Future<Answer> put(Subscriber user, int status) {
        return node.bus()
                .ask(Subscribers.PUT, user.username(), user)
                .map(done -> done
                        ? Answer.json(status, shown(user))
                        : Answer.sentence(507, "There are " + Subscribers.LIMIT + " users, which is the limit."));
    }

    private static Name name(UserAddress address, Object username, Object realm) {
        return new Name(
                username instanceof String given && !given.isEmpty() ? given : address.user(),
                realm instanceof String given && !given.isEmpty() ? given : address.domain());
    }

    private static Hashes hashes(Name name, JsonObject body) {
        if (body.getValue("hashes") instanceof JsonObject given) {
            Map<String, String> byName = new HashMap<>();
            given.forEach(entry -> byName.put(entry.getKey(), String.valueOf(entry.getValue())));
            Hashes hashes = Hashes.parse(byName);
            if (hashes.byAlgorithm().isEmpty()) {
                throw new Malformed("user", "no hash of an algorithm that is known here");
            }
            return hashes;
        }
        if (body.getValue("password") instanceof String password) {
            return Hashes.of(new Digester(), name.username(), name.realm(), UserLine.password(password));
        }
        throw new Malformed("user", "the body has neither a password nor hashes");
    }

    private Future<Answer> remove(Request request) {
        UserAddress address = UserAddress.parse(path(request));
        Name name = name(address, query(request, "username"), query(request, "realm"));
        return node.bus()
                .ask(Subscribers.REMOVE, name.username(), name)
                .map(done -> done
                        ? Answer.sentence(200, path(request) + " is removed.")
                        : Answer.sentence(404, "There is no user " + path(request) + "."));
    }

    private Future<Answer> bindings(Request request) {
        String address = query(request, "aor");
        Future<Location.Page> page = address.isEmpty()
                ? node.bus()
                        .ask(
                                Location.LIST,
                                "",
                                new Location.Listing(query(request, "after"), request.limit(PAGE, Location.PAGE_LIMIT)))
                : lookup(UserAddress.parse(address).addressOfRecord());
        return page.map(found -> {
            JsonArray addresses = new JsonArray();
            found.bindings().forEach(each -> addresses.add(shown(each)));
            return Answer.json(200, new JsonObject().put("addresses", addresses).put("next", found.next()));
        });
    }

    private Future<Location.Page> lookup(String address) {
        return node.bus()
                .ask(Location.LOOKUP, address, address)
                .map(found -> new Location.Page(found.bindings().isEmpty() ? List.of() : List.of(found), ""));
    }

    private static JsonObject shown(Bindings bindings) {
        JsonArray contacts = new JsonArray();
        bindings.bindings().forEach(each -> contacts.add(shown(each)));
        return new JsonObject().put("address", bindings.addressOfRecord()).put("contacts", contacts);
    }

    private static JsonObject shown(Binding binding) {
        JsonObject shown = new JsonObject()
                .put("contact", binding.contact())
                .put("q", binding.q1000() / 1000.0)
                .put("expires", Instant.ofEpochMilli(binding.expiresAtMillis()).toString())
                .put(
                        "registered",
                        Instant.ofEpochMilli(binding.registeredAtMillis()).toString())
                .put("received", binding.received())
                .put("userAgent", binding.userAgent())
                .put("path", new JsonArray(binding.path()));
        if (!binding.instance().isEmpty()) {
            shown.put("instance", binding.instance()).put("regId", binding.regId());
        }
        binding.flow()
                .ifPresent(flow -> shown.put("node", flow.node())
                        .put("transport", flow.transport().name()));
        return shown;
    }
}
