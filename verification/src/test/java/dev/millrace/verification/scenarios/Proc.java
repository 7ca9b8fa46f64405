package dev.millrace.verification.scenarios;

import dev.millrace.platform.testkit.Signal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A process of a story: standard output and errors go to a file of their own; it never outlives the tests. */
public final class Proc implements AutoCloseable {
    private final String name;
    private final Process process;
    private final Path log;

    private Proc(String name, Process process, Path log) {
        this.name = name;
        this.process = process;
        this.log = log;
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
    }

    /** @param folder where {@code <name>.log} is written */
    public static Proc start(String name, Path folder, List<String> command, Map<String, String> environment) {
        try {
            Files.createDirectories(folder);
            Path log = fresh(folder, name);
            ProcessBuilder builder = new ProcessBuilder(command);
            // What steers the tests is no setting of a node, which refuses to start with a key that it does not know.
            builder.environment().keySet().removeIf(variable -> variable.startsWith("MILLRACE_"));
            builder.environment().putAll(environment);
            builder.redirectErrorStream(true).redirectOutput(log.toFile());
            Process process = builder.start();
            process.getOutputStream().close();
            return new Proc(name, process, log);
        } catch (IOException failure) {
            throw new UncheckedIOException(name + " does not start", failure);
        }
    }

    public static Proc start(String name, Path folder, String... command) {
        return start(name, folder, Arrays.asList(command), Map.of());
    }

    private static Path fresh(Path folder, String name) {
        Path log = folder.resolve(name + ".log");
        for (int i = 2; Files.exists(log); i++) {
            log = folder.resolve(name + "-" + i + ".log");
        }
        return log;
    }

    public boolean alive() {
        return process.isAlive();
    }

    public long pid() {
        return process.pid();
    }

    /** User and kernel time so far, seconds. */
    public double cpuSeconds() {
        return process.info().totalCpuDuration().map(Duration::toMillis).orElse(0L) / 1000.0;
    }

    /** What it has written so far. */
    public String output() {
        try {
            return new String(Files.readAllBytes(log), StandardCharsets.UTF_8);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** Waits for its own end and returns the exit code. */
    public int exit(Duration patience) {
        try {
            if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                close();
                throw new AssertionError(
                        name + " did not end within " + patience.toSeconds() + " s; it said\n" + tail());
            }
            return process.exitValue();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", interrupted);
        }
    }

    /** Waits for its own end and fails unless the exit code is 0. */
    public Proc succeed(Duration patience) {
        int code = exit(patience);
        if (code != 0) {
            throw new AssertionError(name + " ended with " + code + "; it said\n" + tail());
        }
        return this;
    }

    /** The last lines of what it wrote. */
    public String tail() {
        List<String> lines = output().lines().toList();
        return String.join("\n", lines.subList(Math.max(0, lines.size() - 30), lines.size()));
    }

    /** SIGSTOP: as a host that hangs; its connections stay. */
    public void freeze() {
        Signal.STOP.send(process);
    }

    /** SIGCONT: a frozen one goes on. */
    public void thaw() {
        Signal.CONT.send(process);
    }

    /** SIGTERM. */
    public void terminate() {
        process.destroy();
    }

    /** SIGKILL: as a crash. */
    public void kill() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        exitNow();
    }

    private void exitNow() {
        try {
            process.waitFor();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        kill();
    }
}
