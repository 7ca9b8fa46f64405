package dev.millrace.platform.doors.resolve;

import dev.millrace.platform.runtime.HostPort;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The names that the machine itself knows, hosts(5). Immutable. */
record Hosts(Map<String, List<InetAddress>> addresses) {
    /** Where they stand. */
    static final Path FILE = Path.of("/etc/hosts");

    /** Bytes of the file that are read. */
    private static final int MAX_BYTES = 1 << 20;

    /** Reads the file, which blocks; without one there are no such names. */
    static Hosts load(Path file) {
        try (var in = Files.newInputStream(file)) {
            return parse(new String(in.readNBytes(MAX_BYTES), StandardCharsets.UTF_8));
        } catch (IOException unreadable) {
            return parse("");
        }
    }

    static Hosts parse(String text) {
        Map<String, List<InetAddress>> all = new HashMap<>();
        text.lines().forEach(line -> line(line, all));
        all.putIfAbsent("localhost", List.of(InetAddress.getLoopbackAddress()));
        return new Hosts(all);
    }

    private static void line(String line, Map<String, List<InetAddress>> all) {
        int comment = line.indexOf('#');
        String[] words =
                (comment < 0 ? line : line.substring(0, comment)).strip().split("\\s+");
        if (words.length < 2) {
            return;
        }
        HostPort.literal(words[0]).ifPresent(address -> {
            for (int i = 1; i < words.length; i++) {
                List<InetAddress> own =
                        all.computeIfAbsent(words[i].toLowerCase(Locale.ROOT), name -> new ArrayList<>());
                if (!own.contains(address)) {
                    own.add(address);
                }
            }
        });
    }

    /** The addresses of a name in lower case; empty where the machine does not know it. */
    List<InetAddress> find(String name) {
        return addresses.getOrDefault(name, List.of());
    }
}
