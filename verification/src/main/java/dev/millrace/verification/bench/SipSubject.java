package dev.millrace.verification.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A SIP server under test: registrar and record-routing proxy of one process group on one UDP port, in memory, without
 * authentication.
 */
record SipSubject(String name, List<String> command, Map<String, String> environment, int port) {
    static final String OURS = "Millrace";

    private static final List<String> MODULE_FOLDERS =
            List.of("/usr/lib/x86_64-linux-gnu/kamailio/modules", "/usr/lib/aarch64-linux-gnu/kamailio/modules");

    /** Our own server with the four SIP roles in one process. */
    static SipSubject ours(Path root) {
        int port = Subject.freePort();
        Map<String, String> environment = new LinkedHashMap<>();
        environment.put("MILLRACE_BIND", "127.0.0.1");
        environment.put("MILLRACE_SIP_PORT", String.valueOf(port));
        environment.put("MILLRACE_SIP_TLS_PORT", String.valueOf(Subject.freePort()));
        environment.put("MILLRACE_SIP_TRANSPORTS", "udp");
        environment.put("MILLRACE_SIP_DOMAINS", "127.0.0.1");
        environment.put("MILLRACE_REGISTRAR_AUTH", "false");
        environment.put("MILLRACE_PROXY_AUTH", "false");
        environment.put("MILLRACE_STORE_DIR", "");
        // One source, and one user, is all the load.
        environment.put("MILLRACE_SIP_SOURCE_RATE", "100000");
        environment.put("MILLRACE_PROXY_USER_CALLS", "100000");
        Subject subject =
                Subject.ours(OURS, root, List.of("run", "--roles", "location,registrar,proxy,redirect"), environment);
        return new SipSubject(OURS, subject.command(), subject.environment(), port);
    }

    /** Kamailio, if it is on the machine. */
    static Optional<SipSubject> kamailio(Path work) throws IOException {
        Optional<String> modules = MODULE_FOLDERS.stream()
                .filter(folder -> Files.isDirectory(Path.of(folder)))
                .findFirst();
        Optional<String> binary = Stream.of("/usr/sbin/kamailio", "/usr/local/sbin/kamailio")
                .filter(file -> Files.isExecutable(Path.of(file)))
                .findFirst();
        if (modules.isEmpty() || binary.isEmpty()) {
            return Optional.empty();
        }
        int port = Subject.freePort();
        Path file = work.resolve("kamailio.cfg");
        Files.writeString(
                file,
                resource("kamailio.cfg").replace("LISTEN", "127.0.0.1:" + port).replace("MODULES", modules.get()));
        return Optional.of(new SipSubject(
                "Kamailio",
                List.of(
                        binary.get(),
                        "-f",
                        file.toString(),
                        "-DD",
                        "-E",
                        "-m",
                        "512",
                        "-M",
                        "64",
                        "-Y",
                        work.toString(),
                        "-P",
                        work.resolve("kamailio.pid").toString()),
                Map.of(),
                port));
    }

    /** A file that lies beside this class, in {@code sip}. */
    static String resource(String name) {
        try (InputStream in = SipSubject.class.getResourceAsStream("sip/" + name)) {
            if (in == null) {
                throw new IllegalStateException("no resource " + name);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
