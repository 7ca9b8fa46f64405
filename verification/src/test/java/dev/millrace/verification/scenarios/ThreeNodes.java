package dev.millrace.verification.scenarios;

import java.time.Duration;

/**
 * The three nodes of the story: A is edge, relay and packager, B relay and packager, C edge and packager; each knows the
 * locations. The publisher comes in at A, and the lane lies on B.
 */
record ThreeNodes(Story story, NodeProcess a, NodeProcess b, NodeProcess c, String path) {
    static final Duration SOON = Duration.ofSeconds(15);

    static ThreeNodes start(Story story, Duration drainWait) {
        NodeProcess a = NodeProcess.start(story, plan("A", "location,rtsp-edge,rtp-relay,hls-packager", drainWait));
        NodeProcess b = NodeProcess.start(
                story, plan("B", "location,rtp-relay,hls-packager", drainWait).join(a));
        NodeProcess c = NodeProcess.start(
                story, plan("C", "location,rtsp-edge,hls-packager", drainWait).join(a, b));
        return new ThreeNodes(story, a, b, c, "three");
    }

    private static NodeProcess.Plan plan(String id, String roles, Duration drainWait) {
        return NodeProcess.Plan.of(id, roles).with("drain.wait", drainWait.toSeconds() + "s");
    }

    /** Another stream of the same nodes. */
    ThreeNodes stream(String other) {
        return new ThreeNodes(story, a, b, c, other);
    }

    /** Publishes at A, and at C when A is gone, with the lane on B. */
    Publisher publish() {
        return publish(Ffmpeg.Sample.PLAIN);
    }

    Publisher publish(Ffmpeg.Sample sample) {
        a.drain("A", "rtp-relay");
        Publisher publisher = Publisher.open(story, sample, "tcp", a.rtsp(path), c.rtsp(path));
        Await.until("the lane on B", SOON, () -> owner(c).equals("B"), () -> "owner: " + owner(c));
        a.resume("A", "rtp-relay");
        PublishAndReadTest.awaitStream(a.rtsp(path));
        PublishAndReadTest.awaitStream(c.rtsp(path));
        return publisher;
    }

    /** The node that owns the lane, as this node's page would say; empty when the stream is unknown. */
    String owner(NodeProcess asked) {
        return asked.stream(path).map(stream -> stream.getString("owner", "")).orElse("");
    }
}
