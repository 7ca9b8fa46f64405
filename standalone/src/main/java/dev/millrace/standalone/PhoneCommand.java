package dev.millrace.standalone;

import dev.millrace.platform.runtime.Settings;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** {@code millrace bindings} and {@code millrace calls}: who is registered where, and what is going on. */
final class PhoneCommand {
    private static final List<String> BINDINGS =
            List.of("ADDRESS", "CONTACT", "Q", "EXPIRES IN", "NODE", "BY", "FROM", "PHONE");
    private static final List<String> CALLS = List.of("ID", "FROM", "TO", "STATE", "FOR", "NODE");

    private PhoneCommand() {}

    static int bindings(Settings settings, boolean json, PrintWriter out) throws IOException, InterruptedException {
        List<JsonObject> addresses = Pages.of(settings, "/bindings", "addresses");
        return print(addresses, json, BINDINGS, PhoneCommand::contacts, out);
    }

    static int calls(Settings settings, boolean json, PrintWriter out) throws IOException, InterruptedException {
        List<JsonObject> calls = Pages.of(settings, "/calls", "calls");
        return print(calls, json, CALLS, call -> List.of(call(call)), out);
    }

    private static int print(
            List<JsonObject> items,
            boolean json,
            List<String> titles,
            Function<JsonObject, List<List<String>>> rows,
            PrintWriter out) {
        out.println(
                json
                        ? new JsonArray(items).encodePrettily()
                        : Columns.of(
                                titles,
                                items.stream()
                                        .flatMap(item -> rows.apply(item).stream())
                                        .toList()));
        return 0;
    }

    private static List<List<String>> contacts(JsonObject address) {
        List<List<String>> rows = new ArrayList<>();
        JsonArray contacts = address.getJsonArray("contacts");
        for (int i = 0; i < contacts.size(); i++) {
            JsonObject contact = contacts.getJsonObject(i);
            rows.add(List.of(
                    address.getString("address"),
                    contact.getString("contact"),
                    String.valueOf(contact.getDouble("q")),
                    seconds(Duration.between(Instant.now(), Instant.parse(contact.getString("expires")))),
                    contact.getString("node", "-"),
                    contact.getString("transport", "-"),
                    orDash(contact.getString("received", "")),
                    orDash(contact.getString("userAgent", ""))));
        }
        return rows;
    }

    private static List<String> call(JsonObject call) {
        return List.of(
                call.getString("id"),
                call.getString("caller"),
                call.getString("callee"),
                call.getString("state"),
                call.getLong("seconds") + " s",
                call.getString("node"));
    }

    private static String seconds(Duration time) {
        return Math.max(0, time.toSeconds()) + " s";
    }

    private static String orDash(String text) {
        return text.isEmpty() ? "-" : text;
    }
}
