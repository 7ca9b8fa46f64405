package dev.millrace.verification.scenarios;

import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The foreign tools of the machine. A missing one skips the story that needs it and is named; with
 * {@code MILLRACE_REQUIRE_TOOLS=1} the story fails instead.
 */
public final class Tools {
    private static final String REQUIRE = "MILLRACE_REQUIRE_TOOLS";

    /** Tools that are missing and have been named on the console. Used by all tests' threads. */
    private static final Set<String> NAMED = ConcurrentHashMap.newKeySet();

    private Tools() {}

    /** Skips or fails the running story unless each tool is on the machine. */
    public static void need(String... names) {
        for (String name : names) {
            if (find(name).isEmpty()) {
                missing(name);
            }
        }
    }

    /** Skips the running story unless the tool is there, whatever the variable demands: Debian has no package of it. */
    public static void wish(String name) {
        if (find(name).isEmpty()) {
            skip(name);
        }
    }

    public static boolean has(String name) {
        return find(name).isPresent();
    }

    /** The tool's path; see {@link #need}. */
    public static String path(String name) {
        need(name);
        return find(name).orElseThrow().toString();
    }

    private static void missing(String name) {
        if ("1".equals(System.getenv(REQUIRE))) {
            fail(name + " is missing, and " + REQUIRE + "=1 demands it");
        }
        skip(name);
    }

    private static void skip(String name) {
        if (NAMED.add(name)) {
            // The build's own report counts what was skipped without a reason.
            System.out.println("skipped: the scenarios that need " + name + ", which is not on this machine");
        }
        abort(name + " is not on this machine");
    }

    private static Optional<Path> find(String name) {
        return Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                .map(folder -> Path.of(folder, name))
                .filter(Files::isExecutable)
                .findFirst();
    }
}
