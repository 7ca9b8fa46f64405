package dev.millrace.platform.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import com.hazelcast.core.IndeterminateOperationStateException;
import dev.millrace.platform.runtime.testing.Await;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Operations that Hazelcast gives up on: it tells so on threads of its own, some of which may not ask it anything. */
class HazelcastTableTest {
    private static final int TRIES = 3;

    private final Vertx vertx = Vertx.vertx();
    private final ContextInternal asker = (ContextInternal) vertx.getOrCreateContext();
    private final List<Boolean> onContext = new CopyOnWriteArrayList<>();

    @AfterEach
    void stop() {
        Await.get(vertx.close());
    }

    /** Fails so often on a thread of its own, then answers. */
    private Supplier<CompletionStage<String>> unknown(int times, Supplier<CompletionStage<String>> last) {
        return () -> {
            onContext.add(asker.inThread());
            if (onContext.size() > times) {
                return last.get();
            }
            CompletableFuture<String> lost = new CompletableFuture<>();
            Thread.ofPlatform()
                    .start(() ->
                            lost.completeExceptionally(new IndeterminateOperationStateException("backup acks missed")));
            return lost;
        };
    }

    private Promise<String> run(Supplier<CompletionStage<String>> operation) {
        Promise<String> done = asker.promise();
        asker.runOnContext(now -> HazelcastTable.run(operation, asker, done, TRIES));
        return done;
    }

    @Test
    void everyTryBeginsOnTheAskersContext() {
        Promise<String> done = run(unknown(TRIES - 1, () -> CompletableFuture.completedFuture("kept")));
        assertThat(Await.get(done.future())).isEqualTo("kept");
        assertThat(onContext).containsExactly(true, true, true);
    }

    @Test
    void afterTheLastTryTheAskerIsTold() {
        Promise<String> done = run(unknown(TRIES, () -> CompletableFuture.completedFuture("never asked")));
        assertThat(Await.failure(done.future())).isInstanceOf(IndeterminateOperationStateException.class);
        assertThat(onContext).hasSize(TRIES);
    }

    @Test
    void aTryThatIsRefusedFailsTheAsker() {
        Promise<String> done = run(unknown(1, () -> {
            throw new IllegalThreadStateException("cannot make remote call");
        }));
        assertThat(Await.failure(done.future())).isInstanceOf(IllegalThreadStateException.class);
    }
}
