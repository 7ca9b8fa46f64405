package dev.millrace.standalone;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** The admin API's status, laid out for a terminal: one line per node. */
final class StatusPage {
    private static final List<String> TITLES =
            List.of("NODE", "ADDRESS", "SESSIONS", "MBIT/S", "CPU", "ROLES (* drains)");
    private static final double MEGA = 1e6;

    private StatusPage() {}

    static String of(String json) {
        JsonObject status = new JsonObject(json);
        List<List<String>> lines = new ArrayList<>();
        JsonArray nodes = status.getJsonArray("nodes");
        for (int i = 0; i < nodes.size(); i++) {
            lines.add(line(nodes.getJsonObject(i)));
        }
        return Columns.of(TITLES, lines);
    }

    private static List<String> line(JsonObject node) {
        JsonArray draining = node.getJsonArray("draining");
        String roles = node.getJsonArray("roles").stream()
                .map(role -> role + (draining.contains(role) ? "*" : ""))
                .collect(Collectors.joining(" "));
        String silent = node.getString("unanswered");
        return List.of(
                node.getString("id"),
                node.getString("advertise"),
                String.valueOf(node.getInteger("sessions")),
                String.format(Locale.ROOT, "%.1f", node.getLong("bitsPerSecond") / MEGA),
                node.getInteger("cpuPercent") + "%",
                silent == null ? roles : roles + "  (does not answer: " + silent + ")");
    }
}
