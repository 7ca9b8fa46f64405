package dev.millrace.services.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.platform.contracts.Calls.Parties;
import dev.millrace.platform.runtime.Loop;
import dev.millrace.platform.runtime.testing.Await;
import dev.millrace.services.proxy.core.CallRecord;
import io.vertx.core.Future;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is written when, and that nothing is lost at the end. */
class CallLinesTest {
    @Test
    void linesHandedOverBeforeTheEndAreInTheFile(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("calls.json");
        try (House house = House.told(Map.of())) {
            Loop own = house.nodes.context("A").loops().all().getFirst();
            CallLines lines = new CallLines(house.nodes.context("A"), own, file.toString());
            Await.get(lines.open());
            CountDownLatch busy = new CountDownLatch(1);
            own.execute(() -> await(busy));
            Parties parties = new Parties("sip:alice@example.com", "sip:bob@example.com", "a", "b");
            lines.write(List.of(CallRecord.begun("id", "key", "A", parties, 0, 1)));
            Future<Void> closed = lines.close();
            busy.countDown();
            Await.get(closed);
        }
        assertThat(Files.readAllLines(file)).singleElement().asString().contains("sip:alice@example.com");
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }
}
