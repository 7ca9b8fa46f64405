package dev.millrace.verification.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Measures what fan-out costs: starts servers and readers as processes, floor and server in turn, and prints a table.
 * The exit code is 1 when a reader of ours saw an error, 2 when the run could not be made.
 */
public final class Bench {
    private static final String OURS = "Millrace";
    private static final int SERVER_CORE = 0;
    private static final int LOAD_CORE = 1;

    /** Frames of video a second; a reader that gets less than nine tenths of them is starved. */
    private static final double FRAMES_PER_SECOND = 25;

    private static final double LEAST_SHARE = 0.9;
    private static final long SETTLE_MS = 2000;

    /** Lets audio wait for a video write. */
    private static final Map<String, String> MERGE = Map.of("MILLRACE_LANE_AUDIO_MERGE", "20ms");

    private final Options options;
    private final Path work;
    private final Report report = new Report();
    private final Child load;
    private final Child floor;
    private final int floorPort = Subject.freePort();
    private final Path sample;

    private Bench(Options options) throws IOException {
        this.options = options;
        this.work = Files.createDirectories(options.root().resolve("verification/target/bench"));
        this.sample = Sample.file(work);
        this.load = Child.start(java("load", LOAD_CORE, Load.class, List.of()), work.resolve("load.log"), true);
        this.floor = Child.start(
                java("floor", SERVER_CORE, Floor.class, List.of(String.valueOf(floorPort))),
                work.resolve("floor.log"),
                true);
        floor.answer();
    }

    private static Child.Spec java(String name, int core, Class<?> main, List<String> arguments) {
        List<String> command = new ArrayList<>(List.of(
                Probe.tool("java"),
                "-Xmx512m",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
        command.addAll(arguments);
        return new Child.Spec(name, core, command, Map.of());
    }

    /** @param arguments the project's folder, then the options */
    public static void main(String[] arguments) throws IOException {
        if (List.of(arguments).contains("--help")) {
            System.out.print(Options.USAGE);
            return;
        }
        Path root = Path.of(arguments[0]).toAbsolutePath();
        String[] rest = java.util.Arrays.copyOfRange(arguments, 1, arguments.length);
        int code = 2;
        try {
            code = rest.length > 0 && rest[0].equals("sip") ? SipBench.run(root, rest) : fanOut(root, rest);
        } catch (IllegalStateException failure) {
            System.out.println("bench: " + failure.getMessage());
        }
        System.exit(code);
    }

    private static int fanOut(Path root, String[] arguments) throws IOException {
        Bench bench = new Bench(Options.parse(root, arguments));
        bench.run();
        return bench.report.failed(OURS) ? 1 : 0;
    }

    private void run() {
        for (String transport : options.transports()) {
            fanOut(transport);
        }
        if (options.starts() && options.ours()) {
            starts();
        }
        load.close();
        floor.close();
        report.print();
    }

    private void fanOut(String transport) {
        if (!options.ours()) {
            options.readers().forEach(readers -> measureFloor(transport, readers));
        } else {
            ours(transport);
        }
        if (options.peers() && !transport.equals("merged")) {
            peer(transport, "MediaMTX (mediamtx)", Subject.mediamtx(work));
            peer(transport, "ZLMediaKit (MediaServer)", Subject.zlm(work));
        }
    }

    private void measureFloor(String transport, int readers) {
        report.add(measure("floor", transport, floor, "floor-" + transport, String.valueOf(floorPort), readers));
    }

    private void ours(String transport) {
        Map<String, String> more = transport.equals("merged") ? MERGE : Map.of();
        Subject subject =
                Subject.ours(OURS, options.root(), List.of("run", "--roles", "location,rtsp-edge,rtp-relay"), more);
        try (Child server = start(subject);
                Child publisher = publish(subject, server)) {
            Map<Integer, Probe.Memory> memory = new LinkedHashMap<>();
            String kind = transport.equals("merged") ? "tcp" : transport;
            warm("floor", transport, floor, "floor-" + transport, String.valueOf(floorPort));
            warm(OURS, transport, server, kind, subject.url());
            alone(transport, server);
            for (int readers : options.readers()) {
                measureFloor(transport, readers);
                report.add(measure(OURS, transport, server, kind, subject.url(), readers, memory));
            }
            memorySlope(transport, memory);
            alive(publisher);
        }
    }

    private void warm(String name, String transport, Child server, String kind, String target) {
        load.ask("open " + kind + " " + target + " " + options.mostReaders());
        String ended = new Warming(options.warmRounds()).run(server, () -> Probe.pause(options.warmS() * 3000L));
        load.ask("close");
        Probe.pause(SETTLE_MS);
        report.note(name + " by " + transport + ": " + ended);
    }

    /** What the publisher alone costs; it is the same for any number of readers. */
    private void alone(String transport, Child server) {
        double before = server.cpuSeconds();
        Probe.pause(options.windowS() * 1000L);
        double cores = (server.cpuSeconds() - before) / options.windowS();
        report.publisherAlone(transport, cores);
    }

    private void peer(String transport, String name, Optional<Subject> found) {
        if (found.isEmpty()) {
            report.note(name + " is not on this machine: no row");
            return;
        }
        Subject subject = found.get();
        try (Child server = start(subject);
                Child publisher = publish(subject, server)) {
            report.add(measure(subject.name(), transport, server, transport, subject.url(), options.mostReaders()));
            alive(publisher);
        } catch (IllegalStateException failure) {
            report.note(name + ": " + failure.getMessage());
        }
    }

    private static void alive(Child publisher) {
        if (!publisher.alive()) {
            throw new IllegalStateException("the publisher ended before its time; its log is in target/bench");
        }
    }

    private Child start(Subject subject) {
        Child server = Child.start(
                new Child.Spec(subject.name(), SERVER_CORE, subject.command(), subject.environment()),
                work.resolve(subject.name() + ".log"),
                false);
        try {
            Probe.awaitReady(server, subject);
        } catch (IllegalStateException failure) {
            server.close();
            throw failure;
        }
        return server;
    }

    private Child publish(Subject subject, Child server) {
        Child publisher = Child.start(
                Sample.publisher(sample, subject.url(), LOAD_CORE),
                work.resolve("publisher-" + subject.name() + ".log"),
                false);
        try {
            Probe.awaitStream(server, subject);
        } catch (IllegalStateException failure) {
            publisher.close();
            server.close();
            throw failure;
        }
        return publisher;
    }

    private Row measure(String name, String transport, Child server, String kind, String target, int readers) {
        return measure(name, transport, server, kind, target, readers, new LinkedHashMap<>());
    }

    private Row measure(
            String name,
            String transport,
            Child server,
            String kind,
            String target,
            int readers,
            Map<Integer, Probe.Memory> memory) {
        long dropsBefore = Probe.receiveDrops();
        load.ask("open " + kind + " " + target + " " + readers);
        Probe.pause(options.warmS() * 1000L);
        Tally before = Tally.parse(load.ask("mark"));
        double cpuBefore = server.cpuSeconds();
        long start = System.nanoTime();
        Probe.pause(options.windowS() * 1000L);
        double cpu = server.cpuSeconds() - cpuBefore;
        Tally after = Tally.parse(load.ask("mark"));
        double seconds = (System.nanoTime() - start) / 1e9;
        long resident = server.residentBytes();
        if (server.javaPid() > 0 && !name.equals("floor")) {
            memory.put(readers, Probe.memory(server.javaPid()));
        }
        load.ask("close");
        Probe.pause(SETTLE_MS / 4);
        boolean starved = after.playing < readers || after.leastFrames < LEAST_SHARE * FRAMES_PER_SECOND * seconds;
        Row.Errors errors = new Row.Errors(
                after.lost,
                after.disordered,
                after.broken,
                after.failed,
                starved,
                Probe.receiveDrops() - dropsBefore,
                after.failure);
        return new Row(
                transport,
                name,
                readers,
                seconds,
                cpu,
                after.bytes - before.bytes,
                after.videoFrames - before.videoFrames,
                errors,
                resident);
    }

    private void memorySlope(String transport, Map<Integer, Probe.Memory> memory) {
        int few = options.readers().getFirst();
        int many = options.mostReaders();
        Probe.Memory first = memory.get(few);
        Probe.Memory last = memory.get(many);
        if (first == null || last == null || few == many) {
            return;
        }
        report.note(Report.text(
                "memory by %s: live heap %.1f MiB at %d readers, %.1f MiB at %d; direct %.1f and %.1f MiB;"
                        + " per reader %.1f KB heap + %.1f KB direct",
                transport,
                first.heap() / 1048576.0,
                few,
                last.heap() / 1048576.0,
                many,
                first.direct() / 1048576.0,
                last.direct() / 1048576.0,
                (last.heap() - first.heap()) / 1000.0 / (many - few),
                (last.direct() - first.direct()) / 1000.0 / (many - few)));
    }

    private void starts() {
        Map<String, List<String>> kinds = new LinkedHashMap<>();
        kinds.put("one role (rtsp-edge, location)", List.of("run", "--roles", "location,rtsp-edge"));
        kinds.put("demo, every role", List.of("demo"));
        kinds.forEach((name, arguments) -> {
            Subject subject = Subject.ours("start", options.root(), arguments, Map.of());
            Child server = Child.start(
                    new Child.Spec(name, SERVER_CORE, subject.command(), subject.environment()),
                    work.resolve("start.log"),
                    false);
            try (server) {
                double seconds = Probe.awaitReady(server, subject);
                Probe.pause(SETTLE_MS);
                report.start(name, seconds, server.residentBytes());
            } catch (IllegalStateException failure) {
                report.note(name + ": " + failure.getMessage());
            }
        });
    }
}
