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
        List<String> lines = Resources.read(statistics).lines().toList();
        if (lines.size() < 2) {
            return 0;
        }
        int column = Arrays.asList(lines.getFirst().split(";")).indexOf(name + "(C)");
        String[] values = lines.getLast().split(";");
        return column < 0 || column >= values.length ? 0 : Long.parseLong(values[column]);
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
