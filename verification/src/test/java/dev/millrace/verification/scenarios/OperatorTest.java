package dev.millrace.verification.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The operator's commands, by the launcher, against a node that runs. */
@ExtendWith({OneNode.Own.class, Story.Frame.class})
final class OperatorTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @Test
    void statusNamesEachNodeAndWhatItDoes(NodeProcess node, Story story) {
        Proc status = node.millrace(story, "status").succeed(PATIENCE);
        assertThat(status.output().lines().toList()).hasSize(2);
        assertThat(status.output()).startsWith("NODE").contains("SESSIONS", "MBIT/S", "ROLES");
        assertThat(status.output().lines().toList().getLast())
                .startsWith("one ")
                .contains("127.0.0.1", "location", "rtsp-edge", "rtp-relay", "hls-packager");
        JsonObject json = new JsonObject(
                node.millrace(story, "status", "--json").succeed(PATIENCE).output());
        assertThat(json.getJsonArray("nodes").getJsonObject(0).getString("id")).isEqualTo("one");
    }

    @Test
    void drainAndResumeAreSeenByEveryone(NodeProcess node, Story story) {
        Proc drained = node.millrace(story, "drain", "one", "rtp-relay").succeed(PATIENCE);
        assertThat(drained.output()).contains("drain rtp-relay of one: done");
        assertThat(node.millrace(story, "status").succeed(PATIENCE).output()).contains("rtp-relay*");
        assertThat(draining(node)).containsExactly("rtp-relay");
        Proc resumed = node.millrace(story, "resume", "one", "rtp-relay").succeed(PATIENCE);
        assertThat(resumed.output()).contains("resume rtp-relay of one: done");
        assertThat(draining(node)).isEmpty();
    }

    private static List<Object> draining(NodeProcess node) {
        return node.status().getJsonArray("nodes").getJsonObject(0).getJsonArray("draining").stream()
                .toList();
    }

    @Test
    void whatIsWrongIsOneSentenceAndAnExitCode(NodeProcess node, Story story) {
        said(node.millrace(story, "drain", "nowhere", "rtsp-edge"), 1, "404 No member has that id");
        said(node.millrace(story, "drain", "one", "nonsense"), 2, "nonsense");
        said(node.millrace(story, "drain", "one"), 2, "<role>");
        said(node.millrace(story, "destroy"), 2, "destroy");
        said(
                node.millrace(story, "status", "--admin-port", String.valueOf(NodeProcess.freePort())),
                1,
                "no node answers");
    }

    private static void said(Proc command, int code, String words) {
        assertThat(command.exit(PATIENCE)).as(command.output()).isEqualTo(code);
        assertThat(command.output()).contains(words).doesNotContain("\tat ");
    }
}
