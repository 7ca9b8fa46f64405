package dev.millrace.verification.bench;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** sipp as load: registers users and calls them. Every user's contact is one callee. */
final class Sipp {
    private static final int ANSWER_MS = 500;
    private static final int TRIES = 120;

    /** Calls over the time that the rate would take, for those that wait for a late answer. */
    private static final int PATIENCE_S = 60;

    private final Path work;
    private final int server;
    private final int core;
    private final int users;
    private final int calleePort = Subject.freePort();
    private int run;

    /**
     * What became of the requests.
     *
     * @param millis times to the answer, ascending
     */
    record Outcome(long[] millis, long failed) {
        long percentile(int percent) {
            return millis.length == 0 ? -1 : millis[(int) ((millis.length - 1L) * percent / 100)];
        }
    }

    Sipp(Path work, int server, int core, int users) throws IOException {
        this.work = work;
        this.server = server;
        this.core = core;
        this.users = users;
        for (String name : List.of("register.xml", "caller.xml", "callee.xml")) {
            Files.writeString(work.resolve(name), SipSubject.resource(name));
        }
        users("users.csv", "u");
        users("others.csv", "x");
    }

    private void users(String file, String letter) throws IOException {
        StringBuilder lines = new StringBuilder("SEQUENTIAL\n");
        for (int i = 0; i < users; i++) {
            lines.append(letter)
                    .append(i)
                    .append(";127.0.0.1;")
                    .append(calleePort)
                    .append('\n');
        }
        Files.writeString(work.resolve(file), lines);
    }

    /** Waits until the server answers an OPTIONS. */
    void awaitAnswer(Child child) throws IOException {
        String options = """
                OPTIONS sip:127.0.0.1:%d SIP/2.0
                Via: SIP/2.0/UDP 127.0.0.1:%d;branch=z9hG4bKready%d;rport
                From: <sip:ready@127.0.0.1>;tag=ready
                To: <sip:127.0.0.1>
                Call-ID: ready%d
                CSeq: 1 OPTIONS
                Max-Forwards: 70
                Content-Length: 0

                """.replace("\n", "\r\n");
        try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            socket.setSoTimeout(ANSWER_MS);
            for (int i = 0; i < TRIES; i++) {
                byte[] bytes = Report.text(options, server, socket.getLocalPort(), i, i)
                        .getBytes(StandardCharsets.US_ASCII);
                try {
                    socket.send(new DatagramPacket(bytes, bytes.length, InetAddress.getLoopbackAddress(), server));
                    socket.receive(new DatagramPacket(new byte[2048], 2048));
                    return;
                } catch (IOException notYet) {
                    if (!child.alive()) {
                        throw new IllegalStateException(child.name() + " ended before it answered", notYet);
                    }
                    Probe.pause(ANSWER_MS);
                }
            }
        }
        throw new IllegalStateException(child.name() + " did not answer OPTIONS");
    }

    /** Starts the one that answers all calls; it ends when it is closed. */
    Child callee() {
        List<String> command = List.of(
                "sipp",
                "-sf",
                work.resolve("callee.xml").toString(),
                "-i",
                "127.0.0.1",
                "-p",
                String.valueOf(calleePort),
                "-nostdin");
        return Child.start(new Child.Spec("sipp", core, command, Map.of()), work.resolve("callee.log"), false);
    }

    Outcome registers(int rate, int count) throws IOException {
        return run("register", "users.csv", rate, count);
    }

    /** Registers users that the other runs do not name. */
    Outcome others(int rate, int count) throws IOException {
        return run("register", "others.csv", rate, count);
    }

    Outcome calls(int rate, int count) throws IOException {
        return run("caller", "users.csv", rate, count);
    }

    private Outcome run(String scenario, String users, int rate, int count) throws IOException {
        Path folder = Files.createDirectories(work.resolve("run-" + server + "-" + ++run));
        List<String> command = new ArrayList<>(List.of(
                "taskset",
                "-c",
                String.valueOf(core),
                "sipp",
                "127.0.0.1:" + server,
                "-sf",
                work.resolve(scenario + ".xml").toString(),
                "-inf",
                work.resolve(users).toString(),
                "-i",
                "127.0.0.1",
                "-p",
                String.valueOf(Subject.freePort()),
                "-r",
                String.valueOf(rate),
                "-m",
                String.valueOf(count),
                "-nostdin",
                "-trace_rtt",
                "-rtt_freq",
                "200",
                "-trace_stat",
                "-fd",
                "1",
                "-stf",
                folder.resolve("stat.csv").toString()));
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("sipp.log").toFile())
                .start();
        try {
            if (!process.waitFor(count / rate + PATIENCE_S, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IllegalStateException("sipp did not come to an end; its log is in " + folder);
            }
        } catch (InterruptedException interrupted) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", interrupted);
        }
        return new Outcome(times(folder), failed(folder.resolve("stat.csv")));
    }

    /** The first response time of each request. */
    private static long[] times(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            Path file = files.filter(each -> each.getFileName().toString().endsWith("_rtt.csv"))
                    .findFirst()
                    .orElseThrow(() -> new IllegalStateException("sipp left no times in " + folder));
            try (Stream<String> lines = Files.lines(file)) {
                return lines.skip(1)
                        .map(line -> line.split(";"))
                        .filter(fields -> fields.length == 3 && fields[2].equals("1"))
                        .mapToLong(fields -> (long) Double.parseDouble(fields[1]))
                        .sorted()
                        .toArray();
            }
        }
    }

    private static long failed(Path stat) throws IOException {
        List<String> lines = Files.readAllLines(stat);
        int column = Arrays.asList(lines.getFirst().split(";")).indexOf("FailedCall(C)");
        return Long.parseLong(lines.getLast().split(";")[column]);
    }
}
