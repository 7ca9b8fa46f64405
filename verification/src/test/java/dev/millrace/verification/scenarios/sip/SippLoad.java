package dev.millrace.verification.scenarios.sip;

import dev.millrace.verification.scenarios.Proc;
import dev.millrace.verification.scenarios.Story;
import dev.millrace.verification.scenarios.Tools;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** sipp as load, by a scenario file of ours that counts: its counters can be read while it runs. */
record SippLoad(Proc process, Path statistics, Path log) {
    /** sipp asks for as many files as it may open sockets. */
    private static final String SOCKETS = "15000";

    /** @param options behind those that say where to, from where and what is written */
    static SippLoad start(Story story, String name, String scenario, String remote, String... options) {
        Path folder = story.folder();
        Path statistics = folder.resolve(name + "-statistics.csv");
        Path log = folder.resolve(name + "-events.log");
        List<String> command = new ArrayList<>(List.of(
                Tools.path("sipp"),
                remote,
                "-sf",
                Resources.copy(scenario, folder, Map.of()).toString(),
                "-i",
                "127.0.0.1",
                "-max_socket",
                SOCKETS,
                "-nostdin",
                "-trace_stat",
                "-stf",
                statistics.toString(),
                "-fd",
                "1",
                "-trace_logs",
                "-log_file",
                log.toString(),
                "-trace_err",
                "-error_file",
                folder.resolve(name + "-errors.log").toString()));
        command.addAll(List.of(options));
        Proc process = story.use(Proc.start("sipp-" + name, folder, command, Map.of("TERM", "dumb")));
        return new SippLoad(process, statistics, log);
    }

    /** Waits for its end, whatever became of its calls. */
    SippLoad end(Duration patience) {
        process.exit(patience);
        return this;
    }

    /** Value of a counter of the scenario or of sipp's own, such as {@code FailedCall}, as of its last line; 0 without one. */
    long counter(String name) {
        List<String> rows = rows();
        return rows.isEmpty() ? 0 : value(rows.getLast(), name + "(C)");
    }

    /**
     * What a counter grew by in a second, as long as calls were begun: sipp's end, when it waits for the last answers, is no load.
     * Known to a second, which is how often a line is written.
     */
    double perSecond(String name) {
        List<String> rows = rows();
        long all = counter("OutgoingCall");
        String last = rows.stream()
                .filter(row -> value(row, "OutgoingCall(C)") < all)
                .reduce((_, later) -> later)
                .orElseThrow(() -> new AssertionError("no load in " + statistics));
        return value(last, name + "(C)") / (now(last) - now(rows.getFirst()));
    }

    private List<String> rows() {
        List<String> lines = Resources.read(statistics).lines().toList();
        return lines.subList(Math.min(1, lines.size()), lines.size());
    }

    private long value(String row, String column) {
        String[] values = row.split(";");
        int at = column(column);
        return at < 0 || at >= values.length ? 0 : Long.parseLong(values[at]);
    }

    /** Seconds of the Unix clock, with a fraction: the third part of that field. */
    private double now(String row) {
        String[] parts = row.split(";")[column("CurrentTime")].split("\t");
        return Double.parseDouble(parts[parts.length - 1]);
    }

    private int column(String name) {
        return Arrays.asList(Resources.read(statistics)
                        .lines()
                        .findFirst()
                        .orElse("")
                        .split(";"))
                .indexOf(name);
    }

    /** All counters of the scenario that are not 0 and begin with that word, as text. */
    String counters(String word) {
        List<String> lines = Resources.read(statistics).lines().toList();
        if (lines.isEmpty()) {
            return "";
        }
        List<String> found = new ArrayList<>();
        for (String column : lines.getFirst().split(";")) {
            String name = column.endsWith("(C)") ? column.substring(0, column.length() - 3) : "";
            if (name.startsWith(word) && counter(name) > 0) {
                found.add(name + "=" + counter(name));
            }
        }
        return found.isEmpty() ? "none" : String.join(" ", found);
    }

    /** What the scenario has written with its {@code log} actions. */
    List<String> events() {
        return Resources.read(log)
                .lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .toList();
    }
}
