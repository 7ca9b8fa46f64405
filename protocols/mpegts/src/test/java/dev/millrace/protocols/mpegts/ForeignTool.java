package dev.millrace.protocols.mpegts;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/**
 * A foreign program as judge. Where it is missing the test is skipped by the tool's name; with {@code
 * MILLRACE_REQUIRE_TOOLS=1} it fails.
 */
final class ForeignTool {
    private ForeignTool() {}

    static void need(String tool) {
        for (String folder : System.getenv().getOrDefault("PATH", "").split(":")) {
            if (Files.isExecutable(Path.of(folder, tool))) {
                return;
            }
        }
        if ("1".equals(System.getenv("MILLRACE_REQUIRE_TOOLS"))) {
            throw new AssertionError(tool + " is missing and MILLRACE_REQUIRE_TOOLS=1");
        }
        Assumptions.abort(tool + " is missing");
    }

    /** Runs it to its end and answers what it wrote to its output. */
    static String run(Path folder, String... command) {
        try {
            Path output = folder.resolve("output.txt");
            Path errors = folder.resolve("errors.txt");
            Process process = new ProcessBuilder(new ArrayList<>(List.of(command)))
                    .redirectInput(Path.of("/dev/null").toFile())
                    .redirectOutput(output.toFile())
                    .redirectError(errors.toFile())
                    .start();
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).as(Files.readString(errors)).isZero();
            return Files.readString(output, StandardCharsets.UTF_8) + Files.readString(errors, StandardCharsets.UTF_8);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new AssertionError(interrupted);
        }
    }
}
