package dev.millrace.verification.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Measures what a REGISTER and a call cost at fixed rates, beside Kamailio in the same run: one core for the server, one for
 * sipp. The exit code is 1 when a request of ours failed, 2 when the run could not be made.
 */
final class SipBench {
    static final String USAGE = """
            verification/bench sip [--quick] [--warm s] [--seconds s] [--registers rate] [--calls rate] [--bindings n] [--no-peers] [--no-ours]
            MILLRACE_BENCH_COMMAND    the command of our server, instead of ./millrace
            """;

    private static final int SERVER_CORE = 0;
    private static final int LOAD_CORE = 1;
    private static final long SETTLE_MS = 3000;

    /** How long requests come before memory is looked at, so that classes and pools are there. */
    private static final int FIRST_S = 2;

    private final Path work;
    private final int seconds;
    private final int warmS;
    private final int registers;
    private final int calls;
    private final int bindings;
    private final List<SipRow> rows = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();

    private SipBench(Path root, List<String> words) throws IOException {
        this.work = Files.createDirectories(root.resolve("verification/target/bench-sip"));
        boolean quick = words.contains("--quick");
        this.seconds = Options.number(words, "--seconds", quick ? 8 : 20);
        this.warmS = Options.number(words, "--warm", quick ? 15 : 40);
        this.registers = Options.number(words, "--registers", 2000);
        this.calls = Options.number(words, "--calls", 200);
        this.bindings = Options.number(words, "--bindings", quick ? 20_000 : 100_000);
    }

    /** @param arguments the options behind {@code sip} */
    static int run(Path root, String[] arguments) throws IOException {
        List<String> words = Arrays.asList(arguments);
        SipBench bench = new SipBench(root, words);
        try {
            if (!words.contains("--no-peers")) {
                bench.peer();
            }
            if (!words.contains("--no-ours")) {
                bench.measure(SipSubject.ours(root));
            }
        } finally {
            bench.print();
        }
        return bench.rows.stream().anyMatch(row -> row.server().equals(SipSubject.OURS) && row.failed() > 0) ? 1 : 0;
    }

    private void peer() throws IOException {
        Optional<SipSubject> found = SipSubject.kamailio(work);
        if (found.isEmpty()) {
            notes.add("Kamailio (kamailio) is not on this machine: no row");
            return;
        }
        measure(found.get());
    }

    private void measure(SipSubject subject) throws IOException {
        Child server = Child.start(
                new Child.Spec(subject.name(), SERVER_CORE, subject.command(), subject.environment()),
                work.resolve(subject.name() + ".log"),
                false);
        try (server) {
            Sipp sipp = new Sipp(work, subject.port(), LOAD_CORE, bindings);
            sipp.awaitAnswer(server);
            try (Child callee = sipp.callee()) {
                memory(server, subject, sipp);
                warm(server, sipp);
                phase(server, subject, sipp, "REGISTER", registers, registers * seconds);
                phase(server, subject, sipp, "call", calls, calls * seconds);
                profile(server, subject, "REGISTER", () -> sipp.registers(registers, registers * seconds));
                profile(server, subject, "call", () -> sipp.calls(calls, calls * seconds));
                if (!callee.alive()) {
                    throw new IllegalStateException("the callee ended before its time");
                }
            }
        }
    }

    /** Fills the location table and lets a compiler come to rest; a server without one gets the short form. */
    private void warm(Child server, Sipp sipp) throws IOException {
        int length = server.javaPid() > 0 ? warmS : 3;
        sipp.registers(registers, registers * length);
        sipp.calls(calls, calls * length);
        Probe.pause(SETTLE_MS);
    }

    private void phase(Child server, SipSubject subject, Sipp sipp, String what, int rate, int count)
            throws IOException {
        Map<String, Double> threads = server.threads();
        Child.Cpu before = server.cpu();
        Sipp.Outcome outcome = what.equals("call") ? sipp.calls(rate, count) : sipp.registers(rate, count);
        Child.Cpu after = server.cpu();
        SipRow row = SipRow.of(subject.name(), what, rate, count, before, after, outcome);
        rows.add(row);
        System.out.println(row.line());
        notes.add(byThread(subject.name() + ", us CPU for each " + what, threads, server.threads(), count));
        Probe.pause(SETTLE_MS);
    }

    private static String byThread(String title, Map<String, Double> before, Map<String, Double> after, int count) {
        return title + ": "
                + after.entrySet().stream()
                        .map(entry -> Map.entry(
                                entry.getKey(),
                                (entry.getValue() - before.getOrDefault(entry.getKey(), 0.0)) * 1e6 / count))
                        .filter(entry -> entry.getValue() >= 1)
                        .sorted(Map.Entry.<String, Double>comparingByValue().reversed())
                        .map(entry -> Report.text("%s %.0f", entry.getKey(), entry.getValue()))
                        .collect(Collectors.joining(", "));
    }

    /** The same load again under the flight recorder, whose own cost is so left out of the rows. */
    private void profile(Child server, SipSubject subject, String what, Again load) throws IOException {
        if (server.javaPid() > 0) {
            Path file = work.resolve(what + ".jfr");
            JfrProfile.start(server.javaPid(), file);
            long failed = load.run().failed();
            JfrProfile.stop(server.javaPid(), file);
            if (failed > 0) {
                notes.add(subject.name() + ", " + what + ": " + failed + " failed under the profiler");
            }
            notes.addAll(JfrProfile.report(subject.name() + ", " + what, file));
        }
    }

    /** Requests at the fixed rate. */
    private interface Again {
        Sipp.Outcome run() throws IOException;
    }

    /** Before everything else: what calls leave behind in a pool would hide what bindings take of it. */
    private void memory(Child server, SipSubject subject, Sipp sipp) throws IOException {
        int first = registers * FIRST_S;
        sipp.registers(registers, first);
        Probe.pause(SETTLE_MS);
        long before = held(server);
        sipp.others(registers, bindings);
        Probe.pause(SETTLE_MS);
        long after = held(server);
        notes.add(Report.text(
                "%s: %d more bindings (behind %d) take %.1f MiB, %.0f bytes each (%s)",
                subject.name(),
                bindings,
                first,
                (after - before) / 1048576.0,
                (double) (after - before) / bindings,
                server.javaPid() > 0 ? "live heap after a full collection" : "proportional set size"));
    }

    private static long held(Child server) {
        return server.javaPid() > 0 ? Probe.memory(server.javaPid()).heap() : server.proportionalBytes();
    }

    private void print() {
        System.out.println();
        System.out.println(
                "SIP over UDP at fixed rates, without authentication; one core for the server, one for sipp.");
        System.out.println();
        System.out.println(SipRow.HEAD);
        rows.forEach(row -> System.out.println(row.line()));
        System.out.println();
        notes.forEach(note -> System.out.println("- " + note));
    }
}
