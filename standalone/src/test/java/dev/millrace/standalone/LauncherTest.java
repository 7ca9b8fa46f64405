package dev.millrace.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The shell script that users start, in an unpacked distribution whose Java only prints what it is called with. */
final class LauncherTest {
    private static final Path SCRIPT = Path.of("..", "millrace");

    @TempDir
    Path folder;

    private Path dist = Path.of("");
    private Path jdk = Path.of("");

    @BeforeEach
    void unpack() throws IOException {
        dist = Files.createDirectory(folder.resolve("dist"));
        Files.copy(SCRIPT, dist.resolve("millrace"));
        Files.createFile(dist.resolve("millrace.jar"));
        Files.createFile(dist.resolve("jvm.options"));
        jdk = folder.resolve("jdk");
        Files.createDirectories(jdk.resolve("bin"));
        Files.writeString(jdk.resolve("release"), "JAVA_VERSION=\"25.0.1\"\n");
        program("java", "printf '%s\\n' \"$@\"\n");
        program("javac", "exit 1\n");
    }

    /** Every command that the Java side has and shows. */
    static Stream<String> commands() {
        return Main.commandLine().getSubcommands().entrySet().stream()
                .filter(command ->
                        !command.getValue().getCommandSpec().usageMessage().hidden())
                .map(Map.Entry::getKey);
    }

    @ParameterizedTest
    @MethodSource("commands")
    void passesEveryCommandOn(String command) throws Exception {
        Ended ended = millrace(command, "one", "two words");

        assertThat(ended.code()).as(ended.said()).isZero();
        assertThat(ended.said().lines())
                .containsSubsequence(dist.toRealPath().resolve("millrace.jar").toString(), command, "one", "two words");
    }

    @ParameterizedTest
    @MethodSource("commands")
    void helpNamesEveryCommand(String command) throws Exception {
        assertThat(millrace("help").said()).containsPattern("(?m)^millrace [a-z|]*\\b" + command + "\\b");
    }

    @Test
    void refusesAWordThatIsNoCommand() throws Exception {
        Ended ended = millrace("walk");

        assertThat(ended.code()).isEqualTo(2);
        assertThat(ended.said()).contains("no command is called 'walk'");
    }

    private record Ended(int code, String said) {}

    private Ended millrace(String... words) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(
                Stream.concat(Stream.of("sh", dist.resolve("millrace").toString()), Stream.of(words))
                        .toList());
        builder.environment().put("JAVA_HOME", jdk.toString());
        builder.environment().keySet().removeAll(List.of("MILLRACE_JAVA_OPTS"));
        Process process = builder.redirectErrorStream(true).start();
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Ended(process.waitFor(), said);
    }

    private void program(String name, String body) throws IOException {
        Path file = Files.writeString(jdk.resolve("bin").resolve(name), "#!/bin/sh\n" + body);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
