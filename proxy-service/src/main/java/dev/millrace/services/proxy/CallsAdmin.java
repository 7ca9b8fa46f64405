package dev.millrace.services.proxy;

import dev.millrace.platform.contracts.Calls;
import dev.millrace.platform.contracts.Calls.Call;
import dev.millrace.platform.contracts.Calls.Listing;
import dev.millrace.platform.contracts.Calls.Page;
import dev.millrace.platform.contracts.Calls.Stage;
import dev.millrace.platform.contracts.Calls.Times;
import dev.millrace.platform.contracts.Role;
import dev.millrace.platform.runtime.AdminRoutes;
import dev.millrace.platform.runtime.AdminRoutes.Answer;
import dev.millrace.platform.runtime.AdminRoutes.Request;
import dev.millrace.platform.runtime.Member;
import dev.millrace.platform.runtime.NodeContext;
import dev.millrace.protocols.wire.Malformed;
import dev.millrace.services.proxy.core.CallPage;
import dev.millrace.services.proxy.core.CallRecord;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * {@code GET /calls}: what is going on, on any node; every node with the role proxy is asked. Made once a node. Owned by the loop it
 * was made on.
 */
final class CallsAdmin {
    private static final int PAGE = 100;

    private final NodeContext node;

    CallsAdmin(NodeContext node) {
        this.node = node;
        AdminRoutes.of(node).mount("GET", "/calls", this::calls);
    }

    private Future<Answer> calls(Request request) {
        Listing listing = listing(request);
        String only = request.query().getOrDefault("node", "");
        List<String> nodes = node.membership().serving(Role.PROXY).stream()
                .map(Member::id)
                .filter(id -> only.isEmpty() || only.equals(id))
                .toList();
        List<Page> pages = new ArrayList<>();
        JsonArray missing = new JsonArray();
        List<Future<?>> asked = new ArrayList<>();
        for (String id : nodes) {
            asked.add(node.bus()
                    .ask(id, Calls.LIST, listing)
                    .onSuccess(pages::add)
                    .onFailure(lost -> missing.add(id)));
        }
        return Future.join(asked)
                .otherwiseEmpty()
                .map(all -> shown(CallPage.merged(pages, listing.limit()), listing.limit(), missing));
    }

    private Answer shown(Page page, int limit, JsonArray missing) {
        JsonArray calls = new JsonArray();
        page.calls().forEach(call -> calls.add(shown(call)));
        String next = "";
        if (page.calls().size() == limit) {
            Call last = page.calls().getLast();
            next = last.times().start() + "." + last.id();
        }
        return Answer.json(
                200,
                new JsonObject()
                        .put("calls", calls)
                        .put("total", page.total())
                        .put("next", next)
                        .put("missing", missing));
    }

    private JsonObject shown(Call call) {
        Times times = call.times();
        long now = node.clock().millis();
        long since = times.answer() > 0 ? times.answer() : times.start();
        JsonObject shown = new JsonObject()
                .put("id", call.id())
                .put("state", CallRecord.state(call))
                .put("caller", person(call.parties().caller()))
                .put("callee", person(call.parties().callee()))
                .put("node", call.node())
                .put("start", Instant.ofEpochMilli(times.start()).toString());
        if (times.ring() > 0) {
            shown.put("ring", Instant.ofEpochMilli(times.ring()).toString());
        }
        if (times.answer() > 0) {
            shown.put("answer", Instant.ofEpochMilli(times.answer()).toString());
        }
        return shown.put("seconds", Math.max(0, now - since) / 1000)
                .put("branches", call.outcome().branches());
    }

    private static String person(String address) {
        return address.startsWith("sip:") ? address.substring("sip:".length()) : address;
    }

    private static Listing listing(Request request) {
        String after = request.query().getOrDefault("after", "");
        int dot = after.indexOf('.');
        long before = after.isEmpty() ? Long.MAX_VALUE : millis(dot < 0 ? after : after.substring(0, dot));
        return new Listing(
                request.query().getOrDefault("user", ""),
                stage(request.query().getOrDefault("state", "")),
                before,
                dot < 0 ? "" : after.substring(dot + 1),
                request.limit(PAGE, Calls.PAGE_LIMIT));
    }

    private static long millis(String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException notANumber) {
            throw new Malformed("after", "a number, not " + Malformed.quote(text));
        }
    }

    private static Stage stage(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "" -> Stage.ANY;
            case "trying" -> Stage.TRYING;
            case "ringing" -> Stage.RINGING;
            case "talking" -> Stage.TALKING;
            default -> throw new Malformed("state", "trying, ringing or talking, not " + Malformed.quote(text));
        };
    }
}
