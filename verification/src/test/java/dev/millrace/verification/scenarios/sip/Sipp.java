package dev.millrace.verification.scenarios.sip;

import dev.millrace.verification.scenarios.Proc;
import dev.millrace.verification.scenarios.Story;
import dev.millrace.verification.scenarios.Tools;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A running sipp: one side of calls, by a {@link Scenario}. It ends with 0 when every call went as the scenario says, and
 * logs every message beside its output.
 */
record Sipp(Proc process, int port, Path log) {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    /** How sipp logs a message: when, which way, and what. */
    private static final Pattern LOGGED = Pattern.compile(
            "(?m)^-{20,} (?<day>\\S+) (?<time>\\S+)\\R\\w+ message (?:sent|received) .*\\R\\R(?<head>(?:.+\\R)+)");

    /** How it is started. */
    record Plan(Story story, String remote, String host, int port, String transport, List<String> more) {
        /** One call towards {@code remote} from a free port of the loopback, by UDP. */
        static Plan to(Story story, String remote) {
            return new Plan(story, remote, "127.0.0.1", SipNode.freePort(), "u1", List.of("-m", "1"));
        }

        /** From this port. */
        Plan at(int local) {
            return new Plan(story, remote, host, local, transport, more);
        }

        /** From this address. */
        Plan host(String local) {
            return new Plan(story, remote, local, port, transport, more);
        }

        /** u1 and un: UDP by one socket or by one of each call; t1: TCP. */
        Plan by(String letters) {
            return new Plan(story, remote, host, port, letters, more);
        }

        /** Options instead of {@code -m 1}. */
        Plan options(String... options) {
            return new Plan(story, remote, host, port, transport, List.of(options));
        }
    }

    /** Starts it and does not wait. */
    static Sipp start(Plan plan, Scenario scenario) {
        Path folder = plan.story.folder();
        Path file = scenario.write(folder);
        Path log = folder.resolve(scenario.name() + "-messages.log");
        List<String> command = new ArrayList<>(List.of(
                Tools.path("sipp"),
                plan.remote,
                "-sf",
                file.toString(),
                "-i",
                plan.host,
                "-p",
                String.valueOf(plan.port),
                "-t",
                plan.transport,
                "-nostdin",
                "-timeout",
                "60s",
                "-timeout_error",
                "-trace_err",
                "-error_file",
                folder.resolve(scenario.name() + "-errors.log").toString()));
        if (plan.more.contains("1")) {
            command.addAll(List.of("-trace_msg", "-message_file", log.toString()));
        }
        command.addAll(plan.more);
        Proc process = plan.story.use(Proc.start("sipp-" + scenario.name(), folder, command, Map.of("TERM", "dumb")));
        return new Sipp(process, plan.port, log);
    }

    /** Starts it, waits for its end and fails unless every call went as the scenario says. */
    static Sipp run(Plan plan, Scenario scenario) {
        Sipp sipp = start(plan, scenario);
        sipp.succeed();
        return sipp;
    }

    /** Every message that it has sent and received. */
    String messages() {
        return Resources.read(log);
    }

    /** When the first message that begins so was sent or came. */
    LocalDateTime at(String begin) {
        Matcher logged = first(begin);
        return LocalDateTime.parse(logged.group("day") + "T" + logged.group("time"));
    }

    /** The head of the first message that begins so. */
    String message(String begin) {
        return first(begin).group("head");
    }

    private Matcher first(String begin) {
        Matcher logged = LOGGED.matcher(messages());
        while (logged.find()) {
            if (logged.group("head").startsWith(begin)) {
                return logged;
            }
        }
        throw new AssertionError("no message begins with " + begin + " in " + log);
    }

    void succeed() {
        process.succeed(PATIENCE);
    }
}
