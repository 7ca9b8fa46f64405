package dev.millrace.platform.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** POSIX signals, of which Java itself can send only TERM and KILL. */
public enum Signal {
    /** Freezes a process: its sockets stay open and it answers nothing. */
    STOP,
    /** Lets a frozen process go on. */
    CONT,
    KILL,
    TERM;

    /** Sends it; fails the test when the process is not there any more. Called on a test's thread, waits for the sending. */
    public void send(Process process) {
        try {
            // The shell's own kill: the program of that name is part of a package that a small system does not have.
            Process sending = new ProcessBuilder("sh", "-c", "kill -" + name() + " " + process.pid())
                    .redirectErrorStream(true)
                    .start();
            String said = new String(sending.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (sending.waitFor() != 0) {
                throw new AssertionError("kill -" + name() + ": " + said);
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", interrupted);
        }
    }
}
