package dev.millrace.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The tests run with the flags that the distribution runs with. */
final class JvmOptionsTest {
    @Test
    void theDistributionStartsWithTheFlagsOfTheTests() throws IOException {
        List<String> distribution = Files.readAllLines(Path.of("src", "main", "dist", "jvm.options")).stream()
                .filter(line -> !line.isBlank() && !line.startsWith("#"))
                .flatMap(line -> words(line).stream())
                .toList();
        String pom = Files.readString(Path.of("..", "pom.xml"));
        List<String> tests =
                words(pom.substring(pom.indexOf("<jvm.flags>") + "<jvm.flags>".length(), pom.indexOf("</jvm.flags>")));
        assertThat(distribution).startsWith(tests.toArray(String[]::new));
        // What the distribution has more is about memory alone, and about what the JVM says of it.
        assertThat(distribution.subList(tests.size(), distribution.size()))
                .allMatch(flag -> flag.startsWith("-XX:") || flag.startsWith("-Xlog:"));
    }

    private static List<String> words(String text) {
        return Arrays.stream(text.strip().split("\\s+")).toList();
    }
}
