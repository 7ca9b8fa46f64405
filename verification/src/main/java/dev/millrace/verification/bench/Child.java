package dev.millrace.verification.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A process that the bench started, pinned to one core, and what the kernel says about it. It ends with the bench.
 * {@code /proc} counts CPU time in ticks of 10 ms.
 */
final class Child implements AutoCloseable {
    private static final double TICKS_PER_SECOND = 100;
    private static final int STOP_S = 5;

    private final String name;
    private final Process process;
    private final BufferedReader answers;
    private final PrintStream orders;

    private Child(String name, Process process) {
        this.name = name;
        this.process = process;
        this.answers = process.inputReader(StandardCharsets.UTF_8);
        this.orders = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
        Runtime.getRuntime().addShutdownHook(new Thread(this::kill));
    }

    /**
     * Starts a process whose standard output is read by {@link #ask} and whose standard error goes to a file.
     *
     * @param log where errors go
     * @param talks whether the standard output is answers; else it joins the log
     */
    static Child start(Spec spec, Path log, boolean talks) {
        List<String> command = new ArrayList<>(List.of("taskset", "-c", String.valueOf(spec.core)));
        command.addAll(spec.command);
        try {
            Files.createDirectories(log.toAbsolutePath().getParent());
            ProcessBuilder builder = new ProcessBuilder(command);
            // What steers the bench is no setting of the server, which refuses to start with a key that it does not
            // know.
            builder.environment().keySet().removeIf(name -> name.startsWith("MILLRACE_"));
            builder.environment().putAll(spec.environment);
            builder.redirectError(log.toFile());
            if (!talks) {
                builder.redirectErrorStream(true).redirectOutput(log.toFile());
            }
            return new Child(spec.name, builder.start());
        } catch (IOException failure) {
            throw new UncheckedIOException(spec.name + " does not start: " + failure.getMessage(), failure);
        }
    }

    /**
     * What to start, and where.
     *
     * @param core the CPU it may run on
     */
    record Spec(String name, int core, List<String> command, Map<String, String> environment) {}

    String name() {
        return name;
    }

    boolean alive() {
        return process.isAlive();
    }

    /** Writes one line and returns the line that answers it. */
    String ask(String order) {
        orders.println(order);
        return answer();
    }

    /** The next line of the standard output. */
    String answer() {
        try {
            String line = answers.readLine();
            if (line == null) {
                throw new IllegalStateException(name + " ended without an answer; its log is in target/bench");
            }
            return line;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private Stream<ProcessHandle> family() {
        return Stream.concat(Stream.of(process.toHandle()), process.descendants());
    }

    /** User and system time of the process and its children so far. */
    double cpuSeconds() {
        return family().mapToDouble(handle -> cpuSeconds(handle.pid())).sum();
    }

    /** User and kernel time of the process and its children so far. */
    Cpu cpu() {
        return family().map(handle -> cpu(handle.pid())).reduce(new Cpu(0, 0), Cpu::plus);
    }

    /** CPU time, seconds. */
    record Cpu(double userSeconds, double kernelSeconds) {
        private Cpu plus(Cpu other) {
            return new Cpu(userSeconds + other.userSeconds, kernelSeconds + other.kernelSeconds);
        }
    }

    /**
     * CPU time of each of the process' threads so far, seconds, by the name that the kernel knows (15 characters), numbers left
     * out. A JVM's threads tell what its code costs beside what its compilers and its collector cost.
     */
    Map<String, Double> threads() {
        Map<String, Double> found = new TreeMap<>();
        family().forEach(handle -> {
            try (Stream<Path> tasks = Files.list(Path.of("/proc/" + handle.pid() + "/task"))) {
                tasks.forEach(task -> cpuOf(task).forEach((name, seconds) -> found.merge(name, seconds, Double::sum)));
            } catch (IOException gone) {
                // It ended meanwhile, and its time is in its parent's.
            }
        });
        return found;
    }

    private static Map<String, Double> cpuOf(Path task) {
        try {
            String stat = Files.readString(task.resolve("stat"));
            String name = stat.substring(stat.indexOf('(') + 1, stat.lastIndexOf(')'));
            Cpu cpu = cpu(stat);
            return Map.of(name.replaceAll("\\d+", "#"), cpu.userSeconds + cpu.kernelSeconds);
        } catch (IOException gone) {
            return Map.of();
        }
    }

    private static double cpuSeconds(long pid) {
        Cpu cpu = cpu(pid);
        return cpu.userSeconds + cpu.kernelSeconds;
    }

    private static Cpu cpu(long pid) {
        try {
            return cpu(Files.readString(Path.of("/proc/" + pid + "/stat")));
        } catch (IOException gone) {
            return new Cpu(0, 0);
        }
    }

    /**
     * @param stat the file of that name of a process or a thread
     */
    private static Cpu cpu(String stat) {
        // The command's name stands in parentheses and may hold blanks.
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        return new Cpu(Long.parseLong(fields[11]) / TICKS_PER_SECOND, Long.parseLong(fields[12]) / TICKS_PER_SECOND);
    }

    /** Resident memory of the process and its children. */
    long residentBytes() {
        return family().mapToLong(handle -> status(handle.pid(), "VmRSS:")).sum();
    }

    /** Memory with shared pages counted once: each process its part of them. */
    long proportionalBytes() {
        return family().mapToLong(handle -> kilobytes("/proc/" + handle.pid() + "/smaps_rollup", "Pss:"))
                .sum();
    }

    private static long status(long pid, String field) {
        return kilobytes("/proc/" + pid + "/status", field);
    }

    private static long kilobytes(String file, String field) {
        try (Stream<String> lines = Files.lines(Path.of(file))) {
            return lines.filter(line -> line.startsWith(field))
                            .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                            .sum()
                    * 1024;
        } catch (IOException gone) {
            return 0;
        }
    }

    /** The process id of the JVM among the process and its children, or -1. */
    long javaPid() {
        return family().filter(handle ->
                        handle.info().command().filter(c -> c.endsWith("/java")).isPresent())
                .mapToLong(ProcessHandle::pid)
                .findFirst()
                .orElse(-1);
    }

    /** The standard output of a short command. */
    static String output(List<String> command) {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            try (BufferedReader lines =
                    new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
                return String.join("\n", lines.lines().toList());
            }
        } catch (IOException failure) {
            return "";
        }
    }

    private void kill() {
        family().toList().forEach(ProcessHandle::destroyForcibly);
    }

    /** Asks the process to end, and ends it. */
    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(STOP_S, TimeUnit.SECONDS)) {
                kill();
                process.waitFor();
            }
        } catch (InterruptedException interrupted) {
            kill();
            Thread.currentThread().interrupt();
        }
    }
}
