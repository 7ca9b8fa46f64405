package dev.millrace.media.hls;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.platform.contracts.Packagings;
import dev.millrace.platform.contracts.Packagings.Packaging;
import dev.millrace.platform.contracts.Role;
import dev.millrace.platform.contracts.StreamPath;
import dev.millrace.platform.runtime.Bus;
import dev.millrace.platform.runtime.testing.Await;
import dev.millrace.platform.runtime.testing.TestNodes;
import java.net.http.HttpResponse;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Several packagers: who answers, and who takes over. */
@Execution(ExecutionMode.CONCURRENT)
final class TakeOverTest {
    @Test
    void everyNodeAnswersAndOneTakesOverWhenThePackagersNodeIsKilled() {
        try (TestNodes nodes = Stage.start(3);
                Stage stage = new Stage(nodes)) {
            stage.camera("cam5");
            Player atB = stage.player("B");
            Player atC = stage.player("C");
            assertThat(atB.get("/cam5/index.m3u8").statusCode()).isEqualTo(200);
            assertThat(stage.packagers("B")).isEqualTo(1);
            Player.Listed seen = atC.media("cam5");
            assertThat(seen.uris()).isNotEmpty();
            assertThat(stage.packagers("C")).isZero();
            HttpResponse<byte[]> segment = atC.get("/cam5/" + seen.uris().getLast());
            assertThat(segment.body())
                    .isEqualTo(atB.get("/cam5/" + seen.uris().getLast()).body());
            Player.Listed last = atC.media("cam5");

            nodes.crash("B");
            Await.until("C goes on", () -> atC.media("cam5").last() > last.last() + 1);
            Player.Listed after = atC.media("cam5");
            assertThat(stage.packagers("C")).isEqualTo(1);
            assertThat(after.discontinuityTags() + after.discontinuities()).isEqualTo(1);
            assertThat(after.sequence()).isGreaterThanOrEqualTo(seen.sequence());
            assertThat(atC.get("/cam5/" + seen.uris().getLast()).statusCode())
                    .as("kept on the way")
                    .isEqualTo(200);
        }
    }

    /** As one that hung and cut once more before it learnt that it had been replaced. */
    @Test
    void aSegmentCutTooLateIsNotServed() {
        try (TestNodes nodes = Stage.start(2, Map.of("hls.idle", "1m"));
                Stage stage = new Stage(nodes)) {
            stage.camera("cam9");
            Player atA = stage.player("A");
            Player atB = stage.player("B");
            Player.Listed seen = atA.media("cam9");
            assertThat(seen.uris()).isNotEmpty();
            StreamPath path = StreamPath.parse("cam9");
            Bus bus = nodes.context("B").bus();
            // A segment is served while the claim is still told of it.
            Await.until("the claim knows it", () -> find(bus, path).lastSequence() >= seen.last());
            Packaging before = find(bus, path);
            Packaging taken = Await.get(
                            bus.ask(Packagings.CLAIM, path.text(), new Packagings.Claiming(path, before.epoch(), "B")))
                    .current();
            assertThat(taken.owner()).isEqualTo("B");
            Await.until("A answers for B", () -> {
                Player.Listed now = atA.media("cam9");
                return now.discontinuityTags() + now.discontinuities() == 1;
            });
            String next = "/cam9/" + (taken.lastSequence() + 1) + ".ts";
            assertThat(atA.get(next).body()).isEqualTo(atB.get(next).body());
        }
    }

    private static Packaging find(Bus bus, StreamPath path) {
        return Await.get(bus.ask(Packagings.FIND, path.text(), path)).orElseThrow();
    }

    @Test
    void aDrainingNodeHandsItsStreamsOver() {
        try (TestNodes nodes = Stage.start(2);
                Stage stage = new Stage(nodes)) {
            stage.camera("cam6");
            Player atA = stage.player("A");
            Player.Listed before = atA.media("cam6");
            assertThat(stage.packagers("A")).isEqualTo(1);
            nodes.node("A").drain(Role.HLS_PACKAGER, true);
            Player.Listed[] last = {before};
            Await.until("B goes on", () -> {
                boolean there = stage.packagers("B") == 1;
                last[0] = there ? last[0] : atA.media("cam6");
                return there;
            });
            assertThat(atA.get("/cam6/" + last[0].uris().getLast()).statusCode())
                    .as("still here")
                    .isEqualTo(200);
            Player.Listed[] now = {before};
            Await.until("A answers for B", () -> {
                now[0] = atA.media("cam6");
                return now[0].discontinuityTags() + now[0].discontinuities() > 0 && now[0].last() > last[0].last() + 1;
            });
            Player.Listed after = now[0];
            assertThat(after.discontinuityTags() + after.discontinuities()).isEqualTo(1);
        }
    }
}
