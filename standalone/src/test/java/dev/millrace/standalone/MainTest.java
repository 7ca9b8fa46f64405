package dev.millrace.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/** The command line up to where a node would start: exit codes and sentences. */
final class MainTest {
    /**
     * @param says part of what goes to standard output or error
     */
    record Row(String name, List<String> args, int code, String says) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Row> rows() {
        return Stream.of(
                new Row("version", List.of("version"), 0, "millrace "),
                new Row("help of a command", List.of("run", "--help"), 0, "--http-port"),
                new Row("no such command", List.of("walk"), 2, "walk"),
                new Row("no such flag", List.of("run", "--htp-port", "1"), 2, "--htp-port"),
                new Row("no such key", List.of("run", "--set", "htp.port=1"), 2, "htp.port"),
                new Row("a port beyond the range", List.of("run", "--http-port", "65536"), 2, "65535"),
                new Row("dotted flag", List.of("run", "--http.port=x"), 2, "http.port"),
                new Row("a key without a value", List.of("run", "--set", "http.port"), 2, "--set"),
                new Row("an unknown role", List.of("run", "--roles", "rtsp-edge,juggler"), 2, "juggler"),
                new Row("join without a secret", List.of("run", "--join", "127.0.0.1:5701"), 2, "cluster.secret"),
                new Row("no settings file", List.of("run", "--config", "/nowhere/millrace.yaml"), 2, "millrace.yaml"),
                new Row("a bad log level", List.of("run", "--log-level", "loud"), 2, "trace, debug, info"),
                new Row("a reserved demo path", List.of("demo", "--demo-path", "api/x"), 2, "demo.path"),
                new Row("drain without a role", List.of("drain", "a"), 2, "<role>"),
                new Row("drain of no role", List.of("drain", "a", "juggler"), 2, "juggler"),
                new Row("user without an action", List.of("user"), 2, "user --help"),
                new Row("user add without an address", List.of("user", "add"), 2, "<user@domain>"),
                new Row("no file of users", List.of("user", "import", "/nowhere/users.csv"), 1, "/nowhere/users.csv"),
                new Row("no node to list users", List.of("user", "list", "--admin-port", "1"), 1, "admin.port"),
                new Row("no node to list bindings", List.of("bindings", "--admin-port", "1"), 1, "admin.port"),
                new Row("no node to list calls", List.of("calls", "--json", "--admin-port", "1"), 1, "admin.port"),
                new Row("no node to ask", List.of("status", "--admin-port", "1"), 1, "admin.port"));
    }

    @ParameterizedTest
    @MethodSource("rows")
    void exits(Row row) {
        assertThat(execute(row)).contains(row.says());
    }

    @Test
    void aTakenPortIsNamedWithItsSetting() throws IOException {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String port = String.valueOf(other.getLocalPort());
            List<String> args = List.of("run", "--bind", "127.0.0.1", "--http-port", port);
            assertThat(execute(new Row("taken", args, 1, ""))).contains("port " + port + " (http.port)");
        }
    }

    private static String execute(Row row) {
        StringWriter said = new StringWriter();
        CommandLine line = Main.commandLine();
        line.setOut(new PrintWriter(said));
        line.setErr(new PrintWriter(said));
        int code = line.execute(row.args().toArray(String[]::new));
        assertThat(code).as(said.toString()).isEqualTo(row.code());
        return said.toString();
    }
}
