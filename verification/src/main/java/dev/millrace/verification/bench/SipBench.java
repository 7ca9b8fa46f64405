package dev.millrace.verification.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
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

    /** For how long a transaction over UDP is kept, 64 times T1, and a little. */
    private static final int KEPT_S = 34;

    /** How long requests come before memory is looked at, so that classes and pools are there. */
    private static final int FIRST_S = 2;

    /** Times the rate under the profiler: its clock ticks too seldom to meet a server that is busy for a tenth of a millisecond. */
    private static final int PROFILED = 3;

    private final Path work;
    private final int seconds;
    private final int warmS;
    private final int warmRounds;
    private final int registers;
    private final int calls;
    private final int bindings;
    private final List<SipRow> rows = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();

    private SipBench(Path root, List<String> words) throws IOException {
        this.work = Files.createDirectories(root.resolve("verification/target/bench-sip"));
        boolean quick = words.contains("--quick");
        this.seconds = Options.number(words, "--seconds", quick ? 8 : 20);
        this.warmS = Options.number(words, "--warm", quick ? 10 : 30);
        this.warmRounds = quick ? 1 : 5;
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
                measure(server, subject, "REGISTER", registers, sipp::registers);
                measure(server, subject, "call", calls, sipp::calls);
                if (!callee.alive()) {
                    throw new IllegalStateException("the callee ended before its time");
                }
            }
        }
    }

    /** Requests at a fixed rate. */
    private interface Load {
        Sipp.Outcome run(int rate, int count) throws IOException;
    }

    /**
     * One kind of request: first a compiler comes to rest, if the server has one, at twice the rate; then the rate itself for as long
     * as transactions are kept, so that as many end as begin; then what counts. What comes after it waits until all have ended.
     */
    private void measure(Child server, SipSubject subject, String what, int rate, Load load) throws IOException {
        if (server.javaPid() > 0) {
            String ended = new Warming(warmRounds).run(server, () -> load.run(2 * rate, 2 * rate * warmS));
            notes.add(subject.name() + ", " + what + ": " + ended);
        }
        load.run(rate, rate * KEPT_S);
        Map<String, Double> threads = server.threads();
        Child.Cpu before = server.cpu();
        Sipp.Outcome outcome = load.run(rate, rate * seconds);
        Child.Cpu after = server.cpu();
        SipRow row = SipRow.of(subject.name(), what, rate, rate * seconds, before, after, outcome);
        rows.add(row);
        System.out.println(row.line());
        notes.add(byThread(subject.name() + ", us CPU for each " + what, threads, server.threads(), rate * seconds));
        if (server.javaPid() > 0) {
            int busy = PROFILED * rate;
            profile(server, subject.name() + ", " + what, () -> load.run(busy, busy * seconds));
        }
        Probe.pause(TimeUnit.SECONDS.toMillis(KEPT_S));
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

    /** More of the same load under the flight recorder, whose own cost is so left out of the rows. */
    private void profile(Child server, String title, Again load) throws IOException {
        Path file = work.resolve(title.replaceAll("\\W+", "-") + ".jfr");
        JfrProfile.start(server.javaPid(), file);
        long failed = load.run().failed();
        JfrProfile.stop(server.javaPid(), file);
        if (failed > 0) {
            notes.add(title + ": " + failed + " failed under the profiler");
        }
        notes.addAll(JfrProfile.report(title, file));
    }

    /** The load that was measured. */
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
