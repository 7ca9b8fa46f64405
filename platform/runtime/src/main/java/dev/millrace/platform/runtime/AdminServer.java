package dev.millrace.platform.runtime;

import dev.millrace.platform.contracts.Codec.Nothing;
import dev.millrace.platform.contracts.Role;
import dev.millrace.protocols.wire.Malformed;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * For operators: {@code GET /status} of all nodes, {@code POST /drain/<node>/<role>} and {@code POST /resume/<node>/<role>},
 * which reach the node over the bus; and what roles have mounted on {@link AdminRoutes}.
 */
final class AdminServer {
    private final NodeContext node;
    private final AdminRoutes routes;

    AdminServer(NodeContext node) {
        this.node = node;
        this.routes = AdminRoutes.of(node);
    }

    Future<HttpServer> open(String host, int port) {
        return InnerHttp.open(node.vertx(), host, port, this::on);
    }

    private void on(HttpServerRequest request) {
        if (!admitted(request)) {
            InnerHttp.sentence(request, 401, "This needs the header \"Authorization: Bearer <admin.token>\".");
            return;
        }
        String[] path = String.valueOf(request.path()).split("/", -1);
        boolean get = request.method().equals(HttpMethod.GET);
        boolean post = request.method().equals(HttpMethod.POST);
        if (get && path.length == 2 && path[1].equals("status")) {
            status(request);
        } else if (post && path.length == 4 && (path[1].equals("drain") || path[1].equals("resume"))) {
            drain(request, path[2], path[3], path[1].equals("drain"));
        } else {
            mounted(request);
        }
    }

    /** What a role has mounted. */
    private void mounted(HttpServerRequest request) {
        InnerHttp.body(request, AdminRoutes.BODY_LIMIT, body -> {
            Optional<Future<AdminRoutes.Answer>> answer = routes.answer(
                    request.method().name(),
                    String.valueOf(request.path()),
                    String.valueOf(request.query() == null ? "" : request.query()),
                    body);
            if (answer.isEmpty()) {
                InnerHttp.sentence(request, 404, "There are " + String.join(", ", shown()) + ".");
                return;
            }
            answer.get()
                    .onSuccess(given -> InnerHttp.answer(request, given.status(), given.type(), given.body()))
                    .onFailure(failure -> InnerHttp.sentence(request, 502, String.valueOf(failure.getMessage())));
        });
    }

    private List<String> shown() {
        List<String> shown =
                new ArrayList<>(List.of("GET /status", "POST /drain/<node>/<role>", "POST /resume/<node>/<role>"));
        shown.addAll(routes.shown());
        return shown;
    }

    /** Without a token only programs of this machine come in, not pages that a browser of this machine was lured to. */
    private boolean admitted(HttpServerRequest request) {
        String token = node.config().adminToken();
        if (token.isEmpty()) {
            String host = request.authority() == null ? "" : request.authority().host();
            return request.getHeader("Origin") == null && Addresses.literalLoopback(host);
        }
        String given = request.getHeader("Authorization");
        return given != null
                && MessageDigest.isEqual(
                        given.getBytes(StandardCharsets.UTF_8), ("Bearer " + token).getBytes(StandardCharsets.UTF_8));
    }

    private void drain(HttpServerRequest request, String nodeId, String roleName, boolean begin) {
        Role role;
        try {
            role = Role.parse(roleName);
        } catch (Malformed unknown) {
            InnerHttp.sentence(request, 404, String.valueOf(unknown.getMessage()));
            return;
        }
        if (node.membership().find(nodeId).isEmpty()) {
            InnerHttp.sentence(request, 404, "No member has that id. GET /status lists them.");
            return;
        }
        node.bus()
                .ask(nodeId, ClusterCodecs.DRAIN, new ClusterCodecs.Draining(role, begin))
                .onSuccess(done -> {
                    if (done) {
                        InnerHttp.sentence(
                                request, 200, nodeId + " " + role.text() + (begin ? " drains" : " takes new sessions"));
                    } else {
                        InnerHttp.sentence(request, 404, nodeId + " does not have the role " + role.text() + ".");
                    }
                })
                .onFailure(failure -> InnerHttp.sentence(request, 502, String.valueOf(failure.getMessage())));
    }

    private void status(HttpServerRequest request) {
        List<Future<JsonObject>> asked =
                node.membership().members().stream().map(this::status).toList();
        Future.join(asked).onComplete(done -> {
            JsonArray nodes = new JsonArray();
            asked.forEach(each -> nodes.add(each.result()));
            JsonObject whole = new JsonObject().put("node", node.nodeId()).put("nodes", nodes);
            InnerHttp.answer(request, 200, "application/json", whole.encodePrettily() + "\n");
        });
    }

    private Future<JsonObject> status(Member member) {
        JsonObject known = new JsonObject()
                .put("id", member.id())
                .put(
                        "roles",
                        new JsonArray(member.info().roles().stream()
                                .map(Role::text)
                                .sorted()
                                .toList()))
                .put("advertise", member.info().advertise())
                .put("rtspPort", member.info().rtspPort())
                .put("httpPort", member.info().httpPort())
                .put("data", member.info().data())
                .put("sessions", member.load().sessions())
                .put("bitsPerSecond", member.load().bitsPerSecond())
                .put("capacity", member.load().capacity())
                .put("cpuPercent", member.load().cpuPercent())
                .put(
                        "draining",
                        new JsonArray(member.load().draining().stream()
                                .map(Role::text)
                                .sorted()
                                .toList()));
        return node.bus()
                .ask(member.id(), ClusterCodecs.STATUS, Nothing.NOTHING)
                .map(services -> known.put("services", new JsonObject(services)))
                .otherwise(failure -> known.put("unanswered", failure.getMessage()));
    }
}
