package dev.millrace.verification.scenarios.sip;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.verification.scenarios.Await;
import dev.millrace.verification.scenarios.Story;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * Three nodes with all SIP roles behind a balancer that knows no SIP, 200 calls a second with digest through it, and a node
 * killed every half minute. Then the same with roles apart, and a cold start of all.
 */
@Tag("long")
@Isolated("it takes the whole machine")
@ExtendWith(Story.Frame.class)
final class ClusterCallsTest {
    /** Calls a second; {@code -Dstory.rate} for a machine of another size. */
    private static final int RATE = Integer.getInteger("story.rate", 200);

    private static final int SECONDS = 120;
    private static final int FIRST_KILL_S = 30;
    private static final int RESTART_S = 10;
    private static final int REGISTERS_PER_SECOND = 30;

    private static final int APART_RATE = 20;
    private static final int APART_S = 30;
    private static final int APART_REGISTERS = 90;

    /** Calls end within so long: talk, and what may be lost and sent again. */
    private static final Duration TAIL = Duration.ofSeconds(90);

    @Test
    void callsOutliveTheirNodes(Story story) {
        int front = SipNode.freePort();
        SipCluster cluster = new SipCluster(story, front);
        for (String id : List.of("A", "B", "C")) {
            cluster.add(id, SipNode.ROLES);
        }
        Balancer.start(story, front, cluster.addresses()).knocks(story);
        CallLoad load = CallLoad.prepare(story, front, cluster.node(0), SECONDS * REGISTERS_PER_SECOND);
        cluster.awaitSafe();
        load.warm();
        load.start(RATE, RATE * SECONDS, REGISTERS_PER_SECOND);
        Instant begin = Instant.now();
        double cpuBefore = cluster.cpuSeconds();
        String cost = "";
        List<String> kills = new ArrayList<>();
        for (int kill = 0; kill < 3; kill++) {
            elapseUntil(begin.plusSeconds((long) FIRST_KILL_S * (kill + 1)));
            cluster.awaitSafe();
            if (kill == 0) {
                double used = cluster.cpuSeconds() - cpuBefore;
                double calls = RATE * Duration.between(begin, Instant.now()).toMillis() / 1000.0;
                cost = String.format(
                        Locale.ROOT, ", %.1f ms CPU of all nodes for each call before the first", used * 1000 / calls);
            }
            kills.add(Duration.between(begin, Instant.now()).toSeconds() + " s");
            cluster.kill(kill);
            Await.elapse(Duration.ofSeconds(RESTART_S));
            cluster.again(kill);
        }
        load.end(TAIL);
        cluster.awaitSafe();
        Set<String> lost = load.acknowledgedBindings();
        int acknowledged = lost.size();
        lost.removeAll(cluster.registered(cluster.node(1)));
        System.out.println("cluster story: kills at " + kills + cost + "\n" + load.report()
                + "\n  bindings acknowledged " + acknowledged + ", lost " + lost.size());
        load.keepsTheBars();
        assertThat(acknowledged).as("acknowledged bindings").isGreaterThan(SECONDS * REGISTERS_PER_SECOND * 9 / 10);
        assertThat(lost).as("acknowledged bindings that are lost").isEmpty();

        Set<String> before = new HashSet<>(cluster.registered(cluster.node(0)));
        cluster.coldStart();
        assertThat(cluster.registered(cluster.node(2)))
                .as("bindings after a cold start")
                .containsAll(before);
        load.callsStillWork();
    }

    /** Two proxies, two registrars, three locations and a redirect server, each a process: every message finds its role. */
    @Test
    void everyMessageFindsItsRole(Story story) {
        int front = SipNode.freePort();
        SipCluster cluster = new SipCluster(story, front);
        for (String id : List.of("L1", "L2", "L3")) {
            cluster.add(id, "location");
        }
        for (String id : List.of("R1", "R2")) {
            cluster.add(id, "registrar");
        }
        for (String id : List.of("P1", "P2")) {
            cluster.add(id, "proxy");
        }
        cluster.add("D1", "redirect");
        Balancer.start(story, front, cluster.addresses());
        CallLoad load = CallLoad.prepare(story, front, cluster.node(0), APART_REGISTERS);
        cluster.awaitSafe();
        load.start(APART_RATE, APART_RATE * APART_S, APART_REGISTERS / APART_S);
        load.end(TAIL);
        Set<String> lost = load.acknowledgedBindings();
        int acknowledged = lost.size();
        lost.removeAll(cluster.registered(cluster.node(1)));
        System.out.println("roles apart:\n" + load.report() + "\n  bindings acknowledged " + acknowledged + ", lost "
                + lost.size());
        // Each of these phones is a session of its own: the next server of the balancer gets its call.
        RoutingTest.moves(cluster.node(0), front);
        for (int i = 0; i < cluster.addresses().size(); i++) {
            RoutingTest.isRedirected(front);
        }
        load.keepsTheBars();
        assertThat(acknowledged).as("acknowledged bindings").isEqualTo(APART_REGISTERS + CallLoad.CALLEES);
        assertThat(lost).as("acknowledged bindings that are lost").isEmpty();
    }

    private static void elapseUntil(Instant then) {
        Duration rest = Duration.between(Instant.now(), then);
        if (rest.isPositive()) {
            Await.elapse(rest);
        }
    }
}
