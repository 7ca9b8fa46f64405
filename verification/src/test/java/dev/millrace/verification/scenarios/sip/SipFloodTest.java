package dev.millrace.verification.scenarios.sip;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.verification.scenarios.Footprint;
import dev.millrace.verification.scenarios.NodeProcess;
import dev.millrace.verification.scenarios.Proc;
import dev.millrace.verification.scenarios.Story;
import dev.millrace.verification.scenarios.Tools;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * A flood of REGISTER, OPTIONS and INVITE at twice the capacity of a node for a minute. The capacity is its admission limit, a
 * quarter of what its core could do; node and load have a core each. What is within the capacity is served, the rest is
 * answered 503, memory stays where it was, and the node answers at once when it is over.
 */
@Tag("long")
@Isolated("it takes the whole machine")
@ExtendWith(Story.Frame.class)
final class SipFloodTest {
    private static final int FLOOD_S = 60;

    /** Answered transactions are kept for 34 s: before that their memory still grows, flood or not. */
    private static final int WARM_S = 45;

    /** Until a fresh node has compiled what it runs: else a request seems to cost twice what it does. */
    private static final int COMPILE_S = 30;

    private static final int MEASURE_S = 15;

    /** At this rate the cost of a request is measured; well below what a core does. */
    private static final int MEASURE_RATE = 1000;

    /** Phones that register, again and again: bindings do not become more. */
    private static final int PHONES = 2000;

    private static final long MEGA = 1 << 20;
    private static final long HEAP = 24 * MEGA;
    private static final long DIRECT = 16 * MEGA;
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration AT_ONCE = Duration.ofMillis(500);

    @Test
    void whatIsWithinTheCapacityIsServed(Story story) {
        int core = core(story);
        int capacity = core / 4;
        Target target = start(story, "flooded", capacity);
        Flood warm = flood(story, target, "warm", capacity, WARM_S);
        Footprint before = Footprint.of(target.process());
        double used = target.process().cpuSeconds();
        Instant begin = Instant.now();
        Flood flood = flood(story, target, "flood", 2 * capacity, FLOOD_S);
        double busy = (target.process().cpuSeconds() - used) / seconds(begin);
        Duration answer = answer(target.node());
        Footprint after = Footprint.of(target.process());
        Footprint growth = after.minus(before);
        System.out.printf(
                Locale.ROOT,
                """
                sip flood, requests a second:
                  one core does about %d; capacity (sip.admission.rate) %d
                  before, for %d s: %s
                  flood, for %d s: %s
                  served in the flood: %.1f %% of capacity; without an answer at its end: %d of %d; the node took %.0f %% of its core
                  first answer after it: %d ms
                  memory before: %s
                  memory after:  %s
                  grown by:      %s
                """,
                core,
                capacity,
                WARM_S,
                warm,
                FLOOD_S,
                flood,
                100 * flood.good() / capacity,
                flood.unanswered(),
                flood.sent(),
                100 * busy,
                answer.toMillis(),
                before,
                after,
                growth);
        assertThat(flood.offered()).as("offered per second").isBetween(1.9 * capacity, 2.1 * capacity);
        assertThat(flood.good()).as("served per second").isBetween(0.9 * capacity, 1.1 * capacity);
        assertThat(flood.refused()).as("refused per second").isGreaterThan(0.5 * capacity);
        assertThat(answer).as("an answer after the flood").isLessThan(AT_ONCE);
        assertThat(growth.heap()).as("heap, bytes").isLessThan(HEAP);
        assertThat(growth.direct()).as("direct memory, bytes").isLessThan(DIRECT);
    }

    private static double seconds(Instant begin) {
        return Duration.between(begin, Instant.now()).toMillis() / 1000.0;
    }

    /**
     * A node with a core of its own.
     *
     * @param phones the port from which the phones register, whichever load they belong to: their contacts stay the same
     */
    private record Target(SipNode node, int phones) {
        NodeProcess process() {
            return node.process();
        }
    }

    /** The loads of one flood, which have ended. */
    private record Flood(List<SippLoad> loads) {
        double offered() {
            return perSecond("sent");
        }

        double good() {
            return perSecond("good");
        }

        double refused() {
            return perSecond("refused");
        }

        private double perSecond(String counter) {
            return loads.stream().mapToDouble(load -> load.perSecond(counter)).sum();
        }

        private long sum(String counter) {
            return loads.stream().mapToLong(load -> load.counter(counter)).sum();
        }

        long sent() {
            return sum("sent");
        }

        /** Answered neither as it should be nor 503. */
        long unanswered() {
            return sent() - sum("good") - sum("refused");
        }

        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT, "offered %.0f, served %.0f, refused 503 %.0f", offered(), good(), refused());
        }
    }

    /** Requests of the flood's mixture that one core could serve in a second, by what one costs it. */
    private static int core(Story story) {
        Target target = start(story, "measured", 0);
        flood(story, target, "compile", MEASURE_RATE, COMPILE_S);
        double before = target.process().cpuSeconds();
        Flood measured = flood(story, target, "measure", MEASURE_RATE, MEASURE_S);
        double cost = (target.process().cpuSeconds() - before) / measured.sum("good");
        target.process().close();
        assertThat(measured.unanswered())
                .as("requests not served while measuring")
                .isZero();
        return (int) (1 / cost);
    }

    private static Target start(Story story, String id, int admission) {
        Tools.need("sipp", "taskset");
        List<String> jvm = new ArrayList<>(Footprint.JVM);
        // As if it were started on its core: one event loop, which has all of the admission rate.
        jvm.add("-XX:ActiveProcessorCount=1");
        SipNode node = SipNode.start(
                story,
                NodeProcess.Plan.of(id, SipNode.ROLES)
                        .jvm(jvm)
                        .with("sip.domains", SipNode.DOMAIN)
                        .with("registrar.auth", false)
                        .with("registrar.contacts", 1)
                        .with("registrar.expires.min", "1s")
                        .with("proxy.auth", false)
                        .with("sip.admission.rate", admission)
                        .with("sip.source.rate", 1_000_000)
                        .with("proxy.user-calls", 1_000_000));
        pin(story, node.process().process().pid(), 0);
        int port = SipNode.freePort();
        Sipp.run(
                Sipp.Plan.to(story, node.sip()).at(port),
                Scenario.caller(id + "-register", "callee", "").registerOpenly());
        SippLoad callee = SippLoad.start(
                story, id + "-callee", "flood-callee.xml", node.sip(), "-p", String.valueOf(port), "-t", "u1");
        pin(story, callee.process().pid(), 1);
        Resources.write(
                story.folder().resolve("phones.csv"),
                IntStream.range(0, PHONES)
                        .mapToObj(i -> "u" + i)
                        .collect(Collectors.joining("\n", "SEQUENTIAL\n", "\n")));
        return new Target(node, SipNode.freePort());
    }

    private static void pin(Story story, long pid, int core) {
        Proc.start("taskset", story.folder(), Tools.path("taskset"), "-acp", String.valueOf(core), String.valueOf(pid))
                .succeed(PATIENCE);
    }

    /** 45 % REGISTER, 45 % OPTIONS, 10 % calls; ends when all are through. */
    private static Flood flood(Story story, Target target, String name, int rate, int seconds) {
        String phones = story.folder().resolve("phones.csv").toString();
        List<SippLoad> loads = List.of(
                load(
                        story,
                        target,
                        name + "-register",
                        rate * 45 / 100,
                        seconds,
                        "-inf",
                        phones,
                        "-p",
                        String.valueOf(target.phones)),
                load(story, target, name + "-options", rate * 45 / 100, seconds),
                load(story, target, name + "-invite", rate * 10 / 100, seconds));
        loads.forEach(load -> load.end(Duration.ofSeconds(seconds).plus(PATIENCE)));
        return new Flood(loads);
    }

    private static SippLoad load(Story story, Target target, String name, int rate, int seconds, String... more) {
        List<String> options =
                new ArrayList<>(List.of("-t", "u1", "-r", String.valueOf(rate), "-m", String.valueOf(rate * seconds)));
        options.addAll(List.of(more));
        SippLoad load = SippLoad.start(
                story,
                name,
                "flood-" + name.substring(name.indexOf('-') + 1) + ".xml",
                target.node.sip(),
                options.toArray(String[]::new));
        pin(story, load.process().pid(), 1);
        return load;
    }

    private static Duration answer(SipNode node) {
        try (TestPhone asks = node.phone("asks")) {
            Instant begin = Instant.now();
            assertThat(asks.once("OPTIONS", "sip:" + node.sip(), "node")).startsWith("SIP/2.0 200");
            return Duration.between(begin, Instant.now());
        }
    }
}
