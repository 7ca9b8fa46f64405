package dev.millrace.platform.runtime;

import dev.millrace.protocols.wire.Malformed;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/**
 * Where roles add what operators may ask their node, behind the same protection as the node's own answers: one per node,
 * {@code AdminRoutes.of(node)}. May be used from any thread.
 */
public final class AdminRoutes {
    /** Bytes of a request's body. */
    public static final int BODY_LIMIT = 16 << 20;

    private final NodeContext node;
    private final List<Route> routes = new CopyOnWriteArrayList<>();

    private AdminRoutes(NodeContext node) {
        this.node = node;
    }

    /** The node's own. */
    public static AdminRoutes of(NodeContext node) {
        return node.shared(AdminRoutes.class, AdminRoutes::new);
    }

    /**
     * What an operator asks.
     *
     * @param path what stands in the place of the pattern's names, decoded
     * @param query the first value of each parameter, decoded
     */
    public record Request(Map<String, String> path, Map<String, String> query, byte[] body) {
        /** How many of a list are wanted at once: the parameter {@code limit}; {@link Malformed} when it is no number. */
        public int limit(int usual, int most) {
            String text = query.getOrDefault("limit", String.valueOf(usual));
            try {
                return Math.clamp(Long.parseLong(text), 1, most);
            } catch (NumberFormatException notANumber) {
                throw new Malformed("limit", "a number from 1 to " + most + ", not " + Malformed.quote(text));
            }
        }

        /** The body as a JSON object; empty when it is none. */
        public Optional<JsonObject> json() {
            try {
                return Optional.of(new JsonObject(new String(body, StandardCharsets.UTF_8)));
            } catch (io.vertx.core.json.DecodeException notJson) {
                return Optional.empty();
            }
        }
    }

    /** What the operator gets. */
    public record Answer(int status, String type, String body) {
        public static Answer json(int status, JsonObject body) {
            return new Answer(status, "application/json", body.encodePrettily() + "\n");
        }

        /** A sentence for people. */
        public static Answer sentence(int status, String sentence) {
            return new Answer(status, "text/plain; charset=utf-8", sentence + "\n");
        }
    }

    private record Route(
            String method,
            String pattern,
            List<String> parts,
            Context context,
            Function<Request, Future<Answer>> handler) {
        /** What stands in the place of the names, if the path is one of this route's. */
        Optional<Map<String, String>> match(List<String> path) {
            if (path.size() != parts.size()) {
                return Optional.empty();
            }
            Map<String, String> names = new HashMap<>();
            for (int i = 0; i < parts.size(); i++) {
                String part = parts.get(i);
                if (part.startsWith("{")) {
                    names.put(part.substring(1, part.length() - 1), path.get(i));
                } else if (!part.equals(path.get(i))) {
                    return Optional.empty();
                }
            }
            return Optional.of(names);
        }

        Future<Answer> call(Request request) {
            return OnContext.call(context, () -> answer(request));
        }

        /** What the handler cannot read is the asker's to mend. */
        private Future<Answer> answer(Request request) {
            try {
                return handler.apply(request);
            } catch (Malformed bad) {
                return Future.succeededFuture(Answer.sentence(400, String.valueOf(bad.getMessage())));
            }
        }
    }

    /**
     * Answers such requests from now on, on the Vert.x context of the calling thread.
     *
     * @param handler may throw {@link Malformed}: that is answered by 400 with its sentence
     * @param pattern a path; a part in braces stands for any text: {@code /users/{address}}. A route mounted first is tried first
     */
    public Registration mount(String method, String pattern, Function<Request, Future<Answer>> handler) {
        Route route = new Route(method, pattern, parts(pattern), node.vertx().getOrCreateContext(), handler);
        if (routes.stream().anyMatch(each -> each.method.equals(method) && each.pattern.equals(pattern))) {
            throw new IllegalStateException(method + " " + pattern + " is already answered");
        }
        routes.add(route);
        return () -> routes.remove(route);
    }

    private static List<String> parts(String path) {
        List<String> parts = new ArrayList<>();
        for (String part : path.substring(Math.min(1, path.length())).split("/", -1)) {
            parts.add(part);
        }
        return parts;
    }

    /** The answer to a request; empty where nothing is mounted for its path. */
    Optional<Future<Answer>> answer(String method, String path, String query, byte[] body) {
        List<String> parts = parts(path).stream().map(AdminRoutes::decoded).toList();
        TreeSet<String> otherMethods = new TreeSet<>();
        for (Route route : routes) {
            Optional<Map<String, String>> names = route.match(parts);
            if (names.isPresent() && route.method.equals(method)) {
                return Optional.of(route.call(new Request(names.get(), query(query), body)));
            }
            names.ifPresent(matched -> otherMethods.add(route.method));
        }
        return otherMethods.isEmpty()
                ? Optional.empty()
                : Optional.of(Future.succeededFuture(
                        Answer.sentence(405, path + " answers " + String.join(", ", otherMethods) + ".")));
    }

    /** Methods and patterns of all routes, for the answer that tells what there is. */
    List<String> shown() {
        return routes.stream()
                .map(route ->
                        route.method + " " + route.pattern.replace('{', '<').replace('}', '>'))
                .toList();
    }

    private static Map<String, String> query(String query) {
        Map<String, String> values = new LinkedHashMap<>();
        for (String pair : query.split("&")) {
            int equals = pair.indexOf('=');
            if (equals > 0) {
                values.putIfAbsent(decodedForm(pair.substring(0, equals)), decodedForm(pair.substring(equals + 1)));
            }
        }
        return Map.copyOf(values);
    }

    private static String decodedForm(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException broken) {
            return text;
        }
    }

    /** In a path a plus is a plus. */
    private static String decoded(String text) {
        return decodedForm(text.replace("+", "%2B"));
    }
}
