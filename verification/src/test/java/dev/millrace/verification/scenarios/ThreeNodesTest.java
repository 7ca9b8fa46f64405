package dev.millrace.verification.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The story of three nodes: every way of reading, then each node killed and each node stopped. */
@ExtendWith(Story.Frame.class)
final class ThreeNodesTest {
    private static final Duration DRAIN = Duration.ofSeconds(6);
    private static final Duration SOON = ThreeNodes.SOON;
    private static final Duration BACK = Duration.ofSeconds(10);
    private static final int SECOND = 25;

    @Test
    void everyWayOfReading(Story story) {
        ThreeNodes nodes = ThreeNodes.start(story, DRAIN);
        nodes.publish();
        List<Viewer> viewers = viewers(nodes);
        viewers.forEach(viewer -> viewer.awaitFrames(SECOND, SOON));
        for (NodeProcess node : List.of(nodes.b(), nodes.c())) {
            Ffprobe.Seen seen = Ffprobe.hls(story, node.playlist(nodes.path()), Duration.ofSeconds(4));
            assertThat(seen.video()).as("HLS from " + node.id()).hasSizeGreaterThan(2 * SECOND);
            assertThat(seen.backwards(seen.video())).isZero();
        }
        Ffprobe.Seen seen = Ffprobe.rtsp(story, "tcp", nodes.c().rtsp(nodes.path()), Duration.ofSeconds(3));
        assertThat(seen.missing(SECOND)).isZero();
        viewers.forEach(viewer -> whole(viewer, 1));
    }

    @Test
    @Tag("long")
    void whenTheRelayIsKilledPicturesComeBackByThemselves(Story story) {
        ThreeNodes nodes = ThreeNodes.start(story, DRAIN);
        nodes.publish();
        List<Viewer> viewers = viewers(nodes);
        viewers.forEach(viewer -> viewer.awaitFrames(SECOND, SOON));
        viewers.forEach(Viewer::longestSilence);
        nodes.b().kill();
        viewers.forEach(viewer -> viewer.awaitFrames(3 * SECOND, SOON));
        report(viewers);
        for (Viewer viewer : viewers) {
            assertThat(viewer.longestSilence()).as(viewer.text()).isLessThan(BACK);
            assertThat(viewer.sessions()).as(viewer.text()).isOne();
        }
        assertThat(nodes.owner(nodes.c())).isEqualTo("A");
    }

    @Test
    @Tag("long")
    void whenAnEdgeIsKilledOnlyItsOwnReadersNotice(Story story) {
        ThreeNodes nodes = ThreeNodes.start(story, DRAIN);
        nodes.publish();
        List<Viewer> atA = List.of(viewer(nodes, "tcp", nodes.a()), viewer(nodes, "udp", nodes.a()));
        List<Viewer> atC =
                List.of(viewer(nodes, "tcp", nodes.c(), nodes.a()), viewer(nodes, "udp", nodes.c(), nodes.a()));
        HlsViewer hls = HlsViewer.open(
                story, nodes.c().playlist(nodes.path()), nodes.b().playlist(nodes.path()));
        atA.forEach(viewer -> viewer.awaitFrames(SECOND, SOON));
        atC.forEach(viewer -> viewer.awaitFrames(SECOND, SOON));
        hls.awaitSegments(2, SOON);
        nodes.c().kill();
        atC.forEach(viewer -> viewer.awaitFrames(3 * SECOND, SOON));
        atA.forEach(viewer -> viewer.awaitFrames(SECOND, SOON));
        report(atC);
        atA.forEach(viewer -> whole(viewer, 1));
        for (Viewer viewer : atC) {
            assertThat(viewer.sessions()).as(viewer.text()).isEqualTo(2);
            assertThat(viewer.servedBy()).isEqualTo(nodes.a().rtsp(nodes.path()));
        }
        hls.awaitSegments(3, Duration.ofSeconds(30));
        assertThat(hls.segments().getLast().from())
                .isEqualTo("127.0.0.1:" + nodes.b().port("http"));
    }

    @Test
    @Tag("long")
    void whenThePackagerIsKilledTheNextOneGoesOnWithOneDiscontinuity(Story story) {
        ThreeNodes nodes = ThreeNodes.start(story, DRAIN);
        nodes.publish();
        // The node that is asked first becomes the owner; the others fetch from it.
        HlsViewer owner = HlsViewer.open(
                story, nodes.c().playlist(nodes.path()), nodes.b().playlist(nodes.path()));
        owner.awaitSegments(2, SOON);
        HlsViewer other = HlsViewer.open(story, nodes.b().playlist(nodes.path()));
        other.awaitSegments(2, SOON);
        nodes.c().kill();
        owner.awaitSegments(4, Duration.ofSeconds(40));
        other.awaitSegments(1, SOON);
        for (HlsViewer viewer : List.of(owner, other)) {
            List<HlsViewer.Segment> segments = viewer.segments();
            assertThat(viewer.skipped()).as("numbers skipped: " + segments).isZero();
            assertThat(segments.stream()
                            .filter(HlsViewer.Segment::discontinuity)
                            .count())
                    .as("discontinuities: " + segments)
                    .isOne();
        }
    }

    @Test
    @Tag("long")
    void whenThePublishersEdgeIsKilledTheOtherEdgesReadersStay(Story story) {
        ThreeNodes nodes = ThreeNodes.start(story, DRAIN);
        Publisher publisher = nodes.publish();
        List<Viewer> atC = List.of(viewer(nodes, "tcp", nodes.c()), viewer(nodes, "udp", nodes.c()));
        atC.forEach(viewer -> viewer.awaitFrames(SECOND, SOON));
        nodes.a().kill();
        atC.forEach(viewer -> viewer.awaitFrames(3 * SECOND, Duration.ofSeconds(30)));
        report(atC);
        atC.forEach(viewer -> whole(viewer, 1));
        assertThat(publisher.starts()).isGreaterThan(1);
    }

    @Test
    @Tag("long")
    void whenTheRelayIsStoppedNoFrameIsMissed(Story story) {
        ThreeNodes nodes = ThreeNodes.start(story, DRAIN);
        nodes.publish();
        List<Viewer> viewers = viewers(nodes);
        viewers.forEach(viewer -> viewer.awaitFrames(SECOND, SOON));
        nodes.b().terminate();
        assertThat(nodes.b().process().exit(Duration.ofSeconds(60))).isIn(0, 143);
        viewers.forEach(viewer -> viewer.awaitFrames(2 * SECOND, SOON));
        report(viewers);
        viewers.forEach(viewer -> whole(viewer, 1));
        assertThat(nodes.owner(nodes.a())).isEqualTo("A");
    }

    @Test
    @Tag("long")
    void whenAnEdgeIsStoppedItsSessionsGoOnForAWhile(Story story) {
        ThreeNodes nodes = ThreeNodes.start(story, DRAIN);
        Publisher publisher = nodes.publish();
        List<Viewer> atA =
                List.of(viewer(nodes, "tcp", nodes.a(), nodes.c()), viewer(nodes, "udp", nodes.a(), nodes.c()));
        List<Viewer> atC = List.of(viewer(nodes, "tcp", nodes.c()), viewer(nodes, "udp", nodes.c()));
        atA.forEach(viewer -> viewer.awaitFrames(SECOND, SOON));
        atC.forEach(viewer -> viewer.awaitFrames(SECOND, SOON));
        long stopped = System.nanoTime();
        nodes.a().terminate();
        atA.forEach(viewer -> viewer.awaitFrames(SECOND, SOON));
        assertThat(System.nanoTime() - stopped).as("within the drain").isLessThan(DRAIN.toNanos());
        atA.forEach(viewer -> assertThat(viewer.sessions())
                .as("during the drain: " + viewer.text())
                .isOne());
        assertThat(nodes.a().process().exit(DRAIN.plusSeconds(30))).isIn(0, 143);
        atA.forEach(viewer -> viewer.awaitFrames(3 * SECOND, Duration.ofSeconds(30)));
        atC.forEach(viewer -> viewer.awaitFrames(3 * SECOND, SOON));
        report(atA);
        report(atC);
        for (Viewer viewer : atA) {
            assertThat(viewer.sessions()).as(viewer.text()).isEqualTo(2);
        }
        atC.forEach(viewer -> whole(viewer, 1));
        assertThat(publisher.starts()).isEqualTo(2);
    }

    @Test
    @Tag("long")
    void whenAnEdgeWithoutThePublisherIsStoppedItsReadersGoToTheOther(Story story) {
        ThreeNodes nodes = ThreeNodes.start(story, DRAIN);
        Publisher publisher = nodes.publish();
        List<Viewer> atA = List.of(viewer(nodes, "tcp", nodes.a()), viewer(nodes, "udp", nodes.a()));
        List<Viewer> atC =
                List.of(viewer(nodes, "tcp", nodes.c(), nodes.a()), viewer(nodes, "udp", nodes.c(), nodes.a()));
        atA.forEach(viewer -> viewer.awaitFrames(SECOND, SOON));
        atC.forEach(viewer -> viewer.awaitFrames(SECOND, SOON));
        nodes.c().terminate();
        atC.forEach(viewer -> viewer.awaitFrames(SECOND, SOON));
        atC.forEach(viewer -> assertThat(viewer.sessions())
                .as("during the drain: " + viewer.text())
                .isOne());
        assertThat(nodes.c().process().exit(DRAIN.plusSeconds(30))).isIn(0, 143);
        atC.forEach(viewer -> viewer.awaitFrames(3 * SECOND, Duration.ofSeconds(30)));
        atA.forEach(viewer -> viewer.awaitFrames(SECOND, SOON));
        report(atC);
        for (Viewer viewer : atC) {
            assertThat(viewer.sessions()).as(viewer.text()).isEqualTo(2);
        }
        atA.forEach(viewer -> whole(viewer, 1));
        assertThat(publisher.starts()).isOne();
    }

    private static List<Viewer> viewers(ThreeNodes nodes) {
        return List.of(
                viewer(nodes, "tcp", nodes.a()),
                viewer(nodes, "udp", nodes.a()),
                viewer(nodes, "tcp", nodes.c()),
                viewer(nodes, "udp", nodes.c()));
    }

    private static Viewer viewer(ThreeNodes nodes, String transport, NodeProcess... at) {
        String[] urls =
                java.util.Arrays.stream(at).map(node -> node.rtsp(nodes.path())).toArray(String[]::new);
        return Viewer.open(nodes.story(), transport, urls);
    }

    private static void whole(Viewer viewer, int sessions) {
        assertThat(viewer.lost() + viewer.broken()).as(viewer.text()).isZero();
        assertThat(viewer.sessions()).as(viewer.text()).isEqualTo(sessions);
    }

    /** The figures of a kill, for the log. */
    private static void report(List<Viewer> viewers) {
        viewers.forEach(viewer -> System.out.println("three nodes: " + viewer.text()));
    }
}
