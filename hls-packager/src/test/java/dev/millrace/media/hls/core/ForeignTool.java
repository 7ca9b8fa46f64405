package dev.millrace.media.hls.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/**
 * A foreign program as maker or judge. Where it is missing the test is skipped by the tool's name; with {@code
 * MILLRACE_REQUIRE_TOOLS=1} it fails.
 */
final class ForeignTool {
    private ForeignTool() {}

    static void need(String tool) {
        for (String folder : System.getenv().getOrDefault("PATH", "").split(":", -1)) {
            if (Files.isExecutable(Path.of(folder, tool))) {
                return;
            }
        }
        if ("1".equals(System.getenv("MILLRACE_REQUIRE_TOOLS"))) {
            throw new AssertionError(tool + " is missing and MILLRACE_REQUIRE_TOOLS=1");
        }
        Assumptions.abort(tool + " is missing");
    }

    /** Runs it to its end; answers its output, with its errors behind. */
    static String run(Path folder, String command) throws IOException, InterruptedException {
        Path output = folder.resolve("output.txt");
        Process process = new ProcessBuilder(List.of(command.split(" ", -1)))
                .directory(folder.toFile())
                .redirectInput(Path.of("/dev/null").toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        boolean over = process.waitFor(60, TimeUnit.SECONDS);
        String text = Files.readString(output, StandardCharsets.UTF_8);
        assertThat(over).as(text).isTrue();
        assertThat(process.exitValue()).as(text).isZero();
        return text;
    }
}
