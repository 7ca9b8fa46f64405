package dev.millrace.standalone;

import dev.millrace.platform.runtime.Settings;
import dev.millrace.protocols.wire.Malformed;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.Console;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** {@code millrace user add}, {@code list}, {@code remove} and {@code import}: who may register and call. */
final class UserCommand {
    private static final int OK = 200;

    /** Some lines of an import were taken, others not. */
    private static final int PARTLY = 422;

    private static final List<String> TITLES = List.of("ADDRESS", "USERNAME", "REALM", "ALGORITHMS");

    private UserCommand() {}

    /** Asks for the password where there is a terminal, else it is the first line of standard input. */
    static int add(Settings settings, String address, PrintWriter out) throws IOException, InterruptedException {
        String body = new JsonObject().put("password", password(address)).encode();
        try (AdminClient admin = new AdminClient(settings)) {
            admin.ask("POST", path(address), body.getBytes(StandardCharsets.UTF_8));
        }
        out.println("user " + address + " may register now");
        return 0;
    }

    private static String path(String address) {
        return "/users/" + AdminClient.part(address);
    }

    private static String password(String address) throws IOException {
        Optional<Console> terminal = Optional.ofNullable(System.console()).filter(Console::isTerminal);
        if (terminal.isEmpty()) {
            return piped();
        }
        Console console = terminal.get();
        String first = read(console, "Password of " + address + ": ");
        if (!first.equals(read(console, "Once more: "))) {
            throw new Malformed("password", "The two are not the same; nothing is changed.");
        }
        return first;
    }

    private static String read(Console console, String prompt) {
        char[] given = console.readPassword("%s", prompt);
        if (given == null) {
            throw new Malformed("password", "There is none; nothing is changed.");
        }
        String password = new String(given);
        Arrays.fill(given, ' ');
        return password;
    }

    /** Not closed: standard input is not ours. */
    private static String piped() throws IOException {
        String line = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)).readLine();
        if (line == null) {
            throw new Malformed("password", "Standard input has no line with it.");
        }
        return line;
    }

    static int list(Settings settings, boolean json, PrintWriter out) throws IOException, InterruptedException {
        List<JsonObject> users = Pages.of(settings, "/users", "users");
        if (json) {
            out.println(new JsonArray(users).encodePrettily());
            return 0;
        }
        List<List<String>> rows = new ArrayList<>();
        for (JsonObject user : users) {
            rows.add(List.of(
                    user.getString("address"),
                    user.getString("username"),
                    user.getString("realm"),
                    user.getJsonArray("algorithms").stream()
                            .map(String::valueOf)
                            .collect(Collectors.joining(" "))));
        }
        out.println(Columns.of(TITLES, rows));
        return 0;
    }

    static int remove(Settings settings, String address, PrintWriter out) throws IOException, InterruptedException {
        try (AdminClient admin = new AdminClient(settings)) {
            admin.ask("DELETE", path(address), new byte[0]);
        }
        out.println("user " + address + " is removed");
        return 0;
    }

    /** Takes the good lines and names the bad ones; the exit code is 1 when there were any. */
    static int importFrom(Settings settings, Path file, PrintWriter out) throws IOException, InterruptedException {
        byte[] lines;
        try {
            lines = Files.readAllBytes(file);
        } catch (NoSuchFileException missing) {
            throw new IOException("there is no file " + file, missing);
        }
        try (AdminClient admin = new AdminClient(settings)) {
            HttpResponse<String> answer = admin.send("POST", "/users/import", lines);
            if (answer.statusCode() != OK && answer.statusCode() != PARTLY) {
                throw new IOException(
                        "refused: " + answer.statusCode() + " " + answer.body().strip());
            }
            JsonObject report = new JsonObject(answer.body());
            out.println(report.getInteger("added") + " added, " + report.getInteger("failed") + " refused");
            JsonArray bad = report.getJsonArray("lines");
            for (int i = 0; i < bad.size(); i++) {
                JsonObject line = bad.getJsonObject(i);
                out.println("line " + line.getInteger("line") + ": " + line.getString("why"));
            }
            return report.getInteger("failed") == 0 ? 0 : 1;
        }
    }
}
