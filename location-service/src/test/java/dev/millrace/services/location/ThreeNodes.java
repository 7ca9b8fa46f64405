package dev.millrace.services.location;

import dev.millrace.platform.contracts.Question;
import dev.millrace.platform.contracts.StreamPath;
import dev.millrace.platform.contracts.Streams;
import dev.millrace.platform.contracts.Streams.Claimed;
import dev.millrace.platform.contracts.Streams.Claiming;
import dev.millrace.platform.runtime.NodeContext;
import dev.millrace.platform.runtime.testing.TestNodes;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** Nodes A, B and C in one process, all with the role location. */
final class ThreeNodes implements AutoCloseable {
    static final List<String> IDS = List.of("A", "B", "C");
    static final byte[] SDP = "v=0\r\n".getBytes(StandardCharsets.US_ASCII);
    static final StreamPath PATH = StreamPath.parse("yard/north");

    private final TestNodes nodes = TestNodes.start(
            IDS.size(),
            List.of(new LocationModule()),
            LocationConfig.ALL,
            Map.of("stream.orphan", "1s", "bus.timeout", "5s"));

    ThreeNodes() {
        nodes.awaitWhole();
    }

    NodeContext context(String node) {
        return nodes.context(node);
    }

    <Q, A> A ask(String node, Question<Q, A> question, StreamPath path, Q query) {
        return nodes.ask(node, question, path.text(), query);
    }

    <Q, A> A ask(String node, Question<Q, A> question, String key, Q query) {
        return nodes.ask(node, question, key, query);
    }

    Claimed claim(String node, StreamPath path, long seen, String relay) {
        return ask(node, Streams.CLAIM, path, new Claiming(path, seen, "id-" + node, relay, node, SDP));
    }

    long inAnHour() {
        return context("A").clock().millis() + 3_600_000;
    }

    void crash(String node) {
        nodes.crash(node);
    }

    void stop(String node) {
        nodes.stop(node);
    }

    @Override
    public void close() {
        nodes.close();
    }
}
