package dev.millrace.verification.scenarios.sip;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.verification.scenarios.Footprint;
import dev.millrace.verification.scenarios.NodeProcess;
import dev.millrace.verification.scenarios.Proc;
import dev.millrace.verification.scenarios.Story;
import dev.millrace.verification.scenarios.Tools;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
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
    private static final int MEASURE_S = 15;

    /** At this rate the cost of a request is measured; well below what a core does. */
    private static final int MEASURE_RATE = 600;

    private static final double TICKS_PER_S = 100;
    private static final long MEGA = 1 << 20;
    private static final long HEAP = 24 * MEGA;
    private static final long DIRECT = 16 * MEGA;
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration AT_ONCE = Duration.ofMillis(500);

    @Test
    void whatIsWithinTheCapacityIsServed(Story story) {
        int core = core(story);
        int capacity = core / 4;
        SipNode node = start(story, "flooded", capacity);
        // Until bindings, pools and compiled code are there.
        flood(story, node, "warm", capacity, MEASURE_S);
        Footprint before = Footprint.of(story, node.process());
        List<SippLoad> loads = flood(story, node, "flood", 2 * capacity, FLOOD_S);
        Duration answer = answer(node);
        Footprint growth = Footprint.of(story, node.process()).minus(before);
        long good = sum(loads, "good");
        System.out.printf(
                Locale.ROOT,
                "sip flood: a core does about %d requests/s, capacity %d/s, offered %d/s for %d s: served %d/s (%.1f %% of capacity), refused %d/s; answer after it in %d ms; grown by %s%n",
                core,
                capacity,
                sum(loads, "sent") / FLOOD_S,
                FLOOD_S,
                good / FLOOD_S,
                100.0 * good / FLOOD_S / capacity,
                sum(loads, "refused") / FLOOD_S,
                answer.toMillis(),
                growth);
        assertThat((double) good / FLOOD_S).as("served per second").isGreaterThanOrEqualTo(0.9 * capacity);
        assertThat(answer).as("an answer after the flood").isLessThan(AT_ONCE);
        assertThat(growth.heap()).as("heap, bytes").isLessThan(HEAP);
        assertThat(growth.direct()).as("direct memory, bytes").isLessThan(DIRECT);
    }

    /** Requests of the flood's mixture that one core could serve in a second, by what one costs it. */
    private static int core(Story story) {
        SipNode node = start(story, "measured", 0);
        flood(story, node, "compile", MEASURE_RATE, MEASURE_S);
        double before = cpu(node);
        List<SippLoad> loads = flood(story, node, "measure", MEASURE_RATE, MEASURE_S);
        double cost = (cpu(node) - before) / sum(loads, "good");
        node.process().close();
        return (int) (1 / cost);
    }

    private static SipNode start(Story story, String id, int admission) {
        Tools.need("sipp", "taskset");
        SipNode node = SipNode.start(
                story,
                NodeProcess.Plan.of(id, SipNode.ROLES)
                        .jvm(Footprint.JVM)
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
        pin(
                story,
                SippLoad.start(
                                story,
                                id + "-callee",
                                "flood-callee.xml",
                                node.sip(),
                                "-p",
                                String.valueOf(port),
                                "-t",
                                "u1")
                        .process()
                        .pid(),
                1);
        return node;
    }

    private static void pin(Story story, long pid, int core) {
        Proc.start("taskset", story.folder(), Tools.path("taskset"), "-acp", String.valueOf(core), String.valueOf(pid))
                .succeed(PATIENCE);
    }

    /** 45 % REGISTER, 45 % OPTIONS, 10 % calls; ends when all are through. */
    private static List<SippLoad> flood(Story story, SipNode node, String name, int rate, int seconds) {
        List<SippLoad> loads = new ArrayList<>();
        loads.add(load(story, node, name, "register", rate * 45 / 100, seconds));
        loads.add(load(story, node, name, "options", rate * 45 / 100, seconds));
        loads.add(load(story, node, name, "invite", rate * 10 / 100, seconds));
        loads.forEach(load -> load.end(Duration.ofSeconds(seconds).plus(PATIENCE)));
        return loads;
    }

    private static SippLoad load(Story story, SipNode node, String name, String kind, int rate, int seconds) {
        SippLoad load = SippLoad.start(
                story,
                name + "-" + kind,
                "flood-" + kind + ".xml",
                node.sip(),
                "-t",
                "u1",
                "-r",
                String.valueOf(rate),
                "-m",
                String.valueOf(rate * seconds));
        pin(story, load.process().pid(), 1);
        return load;
    }

    private static long sum(List<SippLoad> loads, String counter) {
        return loads.stream().mapToLong(load -> load.counter(counter)).sum();
    }

    private static Duration answer(SipNode node) {
        try (TestPhone asks = node.phone("asks")) {
            Instant begin = Instant.now();
            assertThat(asks.once("OPTIONS", "sip:" + node.sip(), "node")).startsWith("SIP/2.0 200");
            return Duration.between(begin, Instant.now());
        }
    }

    /** Seconds of a core that the node has used. */
    private static double cpu(SipNode node) {
        try {
            String stat =
                    Files.readString(Path.of("/proc/" + node.process().process().pid() + "/stat"));
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
            return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / TICKS_PER_S;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
