package dev.millrace.platform.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.platform.contracts.Role;
import dev.millrace.platform.runtime.testing.Await;
import dev.millrace.platform.runtime.testing.TestNodes;
import dev.millrace.platform.runtime.testing.TestNodes.Spec;
import dev.millrace.platform.testkit.Signal;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** How soon a node finds out that another process is dead, silent or leaving. */
@Execution(ExecutionMode.CONCURRENT)
class ProcessLossTest {
    private Node here;
    private OtherProcess there;

    @BeforeEach
    void start() {
        List<Integer> ports = TestNodes.freePorts(4);
        Settings settings = TestNodes.settings(
                List.of(), new Spec("A", List.of(), List.of(), Map.of()), ports.getFirst(), ports.subList(0, 1));
        here = Await.get(Node.start(settings, List.of(new Asked(Role.LOCATION))));
        Map<String, String> flags = new HashMap<>(Map.of(
                "node.id", "B",
                "roles", "location",
                "cluster.secret", TestNodes.SECRET,
                "cluster.port", String.valueOf(ports.get(1)),
                "join", "127.0.0.1:" + ports.getFirst(),
                "bus.port", "0",
                "admin.port", "0",
                "health.port", "0",
                "bind", "127.0.0.1",
                "drain.wait", "2s"));
        there = OtherProcess.start(flags);
        Await.until(
                "B has joined and told its load",
                () -> here.context().membership().serving(Role.LOCATION).size() == 2);
    }

    @AfterEach
    void stop() {
        there.close();
        Await.get(here.stop());
    }

    private Duration lost() {
        return Await.until(
                "A has lost B", () -> here.context().membership().find("B").isEmpty());
    }

    @Test
    void aSilentProcessIsFoundInAboutFiveSeconds() {
        assertThat(Await.get(here.context().bus().ask("B", Asked.NODE, "x"))).isEqualTo("B:x");
        there.signal(Signal.STOP);
        assertThat(((Unanswered) Await.failure(here.context().bus().ask("B", Asked.NODE, "x"))).why())
                .isEqualTo(Unanswered.Why.TIMEOUT);
        Duration found = lost();
        System.out.println("silent process found " + found.plusSeconds(1).toMillis() + " ms after it fell silent");
        assertThat(found).isBetween(Duration.ofSeconds(2), Duration.ofSeconds(9));
    }

    @Test
    @Tag("long")
    void aProcessThatWasSilentComesBackByItself() {
        there.signal(Signal.STOP);
        lost();
        there.signal(Signal.CONT);
        Duration back = Await.until(
                "B is back",
                Duration.ofSeconds(60),
                () -> here.context().membership().serving(Role.LOCATION).size() == 2);
        System.out.println("a process that was silent was back after " + back.toMillis() + " ms");
        Await.until(
                "B answers",
                Duration.ofSeconds(10),
                () -> Await.get(here.context().bus().ask("B", Asked.NODE, "x").otherwise("not yet"))
                        .equals("B:x"));
    }

    @Test
    void aKilledProcessIsFoundAtOnce() {
        there.signal(Signal.KILL);
        Duration found = lost();
        System.out.println("killed process found after " + found.toMillis() + " ms");
        assertThat(found).isLessThan(Duration.ofSeconds(4));
    }

    @Test
    void aProcessThatIsAskedToEndDrainsAndLeaves() {
        there.signal(Signal.TERM);
        Await.until(
                "A knows that B drains",
                () -> here.context().membership().serving(Role.LOCATION).stream()
                        .anyMatch(member -> member.id().equals("B") && member.draining(Role.LOCATION)));
        assertThat(lost()).isGreaterThan(Duration.ofMillis(500));
        Await.until("the process has ended", () -> !there.alive());
    }
}
