package dev.millrace.verification.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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

    /** A silent host is found in about 5 s; the playlist's next segment takes two more. */
    private static final Duration HANGING = Duration.ofSeconds(40);

    @Test
    void everyWayOfReading(Story story) {
        ThreeNodes nodes = ThreeNodes.start(story, DRAIN);
        nodes.publish();
        List<Viewer> viewers = viewers(nodes);
        Viewer.awaitAll(viewers, SECOND, SOON);
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
        List<Viewer> viewers = new ArrayList<>(viewers(nodes));
        // A stream without pictures is kept another way.
        ThreeNodes sound = nodes.stream("three/sound");
        sound.publish(Ffmpeg.Sample.SOUND);
        viewers.addAll(viewers(sound));
        Viewer.awaitAll(viewers, SECOND, SOON);
        viewers.forEach(Viewer::longestSilence);
        nodes.b().kill();
        Viewer.awaitAll(viewers, 3 * SECOND, SOON);
        report(viewers);
        for (Viewer viewer : viewers) {
            assertThat(viewer.longestSilence()).as(viewer.text()).isLessThan(BACK);
            whole(viewer, 1);
        }
        assertThat(nodes.owner(nodes.c())).isEqualTo("A");
        assertThat(sound.owner(nodes.c())).isEqualTo("A");
    }

    /** A hang is noticed after seconds: of the pictures the last group is kept, of the sound as much as was under way. */
    @Test
    @Tag("long")
    void whenTheRelaysHostHangsPicturesComeBackAndNoSoundIsLost(Story story) {
        ThreeNodes nodes = ThreeNodes.start(story, DRAIN);
        nodes.publish();
        ThreeNodes sound = nodes.stream("three/sound");
        sound.publish(Ffmpeg.Sample.SOUND);
        List<Viewer> watching = viewers(nodes);
        List<Viewer> listening = viewers(sound);
        Viewer.awaitAll(watching, SECOND, SOON);
        Viewer.awaitAll(listening, SECOND, SOON);
        watching.forEach(Viewer::longestSilence);
        nodes.b().process().freeze();
        Viewer.awaitAll(watching, 3 * SECOND, HANGING);
        Viewer.awaitAll(listening, 3 * SECOND, HANGING);
        report(watching);
        report(listening);
        for (Viewer viewer : watching) {
            assertThat(viewer.longestSilence()).as(viewer.text()).isLessThan(BACK);
            assertThat(viewer.sessions()).as(viewer.text()).isOne();
        }
        listening.forEach(viewer -> whole(viewer, 1));
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
        Viewer.awaitAll(atA, SECOND, SOON);
        Viewer.awaitAll(atC, SECOND, SOON);
        hls.awaitSegments(2, SOON);
        nodes.c().kill();
        Viewer.awaitAll(atC, 3 * SECOND, SOON);
        Viewer.awaitAll(atA, SECOND, SOON);
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
        HlsViewer owner = owner(story, nodes);
        HlsViewer other = other(story, nodes);
        nodes.c().kill();
        owner.awaitSegments(4, Duration.ofSeconds(40));
        other.awaitSegments(1, SOON);
        sawOneDiscontinuity(owner);
        sawOneDiscontinuity(other);
    }

    @Test
    @Tag("long")
    void whenThePackagersHostHangsTheNextOneGoesOnWithOneDiscontinuity(Story story) {
        ThreeNodes nodes = ThreeNodes.start(story, DRAIN);
        nodes.publish();
        HlsViewer owner = owner(story, nodes);
        HlsViewer other = other(story, nodes);
        Viewer rtsp = viewer(nodes, "tcp", nodes.a());
        rtsp.awaitFrames(SECOND, SOON);
        nodes.c().process().freeze();
        long frozen = System.nanoTime();
        other.awaitSegments(1, HANGING);
        System.out.println("three nodes: HLS owner frozen, the next segment after "
                + Duration.ofNanos(System.nanoTime() - frozen).toMillis() + " ms");
        owner.awaitSegments(3, HANGING);
        // Who comes back from a hang finds that another one has taken its place, and serves what that one has.
        HlsViewer returned = HlsViewer.open(story, nodes.c().playlist(nodes.path()));
        nodes.c().process().thaw();
        other.awaitSegments(3, SOON);
        long resumed = other.segments().getLast().sequence();
        Await.until(
                "the owner's segments from the one that came back",
                HANGING,
                () -> !returned.segments().isEmpty()
                        && returned.segments().getLast().sequence() > resumed + 2,
                () -> returned.segments() + " behind " + resumed);
        sawOneDiscontinuity(owner);
        sawOneDiscontinuity(other);
        sawOneOwner(other, owner, returned);
        rtsp.awaitFrames(SECOND, SOON);
        whole(rtsp, 1);
    }

    @Test
    @Tag("long")
    void whenThePublishersEdgeIsKilledTheOtherEdgesReadersStay(Story story) {
        ThreeNodes nodes = ThreeNodes.start(story, DRAIN);
        Publisher publisher = nodes.publish();
        List<Viewer> atC = List.of(viewer(nodes, "tcp", nodes.c()), viewer(nodes, "udp", nodes.c()));
        Viewer.awaitAll(atC, SECOND, SOON);
        nodes.a().kill();
        Viewer.awaitAll(atC, 3 * SECOND, Duration.ofSeconds(30));
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
        Viewer.awaitAll(viewers, SECOND, SOON);
        nodes.b().terminate();
        assertThat(nodes.b().process().exit(Duration.ofSeconds(60))).isIn(0, 143);
        Viewer.awaitAll(viewers, 2 * SECOND, SOON);
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
        Viewer.awaitAll(atA, SECOND, SOON);
        Viewer.awaitAll(atC, SECOND, SOON);
        long stopped = System.nanoTime();
        nodes.a().terminate();
        Viewer.awaitAll(atA, SECOND, SOON);
        assertThat(System.nanoTime() - stopped).as("within the drain").isLessThan(DRAIN.toNanos());
        atA.forEach(viewer -> assertThat(viewer.sessions())
                .as("during the drain: " + viewer.text())
                .isOne());
        assertThat(nodes.a().process().exit(DRAIN.plusSeconds(30))).isIn(0, 143);
        Viewer.awaitAll(atA, 3 * SECOND, Duration.ofSeconds(30));
        Viewer.awaitAll(atC, 3 * SECOND, SOON);
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
        Viewer.awaitAll(atA, SECOND, SOON);
        Viewer.awaitAll(atC, SECOND, SOON);
        nodes.c().terminate();
        Viewer.awaitAll(atC, SECOND, SOON);
        atC.forEach(viewer -> assertThat(viewer.sessions())
                .as("during the drain: " + viewer.text())
                .isOne());
        assertThat(nodes.c().process().exit(DRAIN.plusSeconds(30))).isIn(0, 143);
        Viewer.awaitAll(atC, 3 * SECOND, Duration.ofSeconds(30));
        Viewer.awaitAll(atA, SECOND, SOON);
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

    /** Asks C first, whose packager becomes the owner; the others fetch from it. */
    private static HlsViewer owner(Story story, ThreeNodes nodes) {
        HlsViewer owner = HlsViewer.open(
                story, nodes.c().playlist(nodes.path()), nodes.b().playlist(nodes.path()));
        owner.awaitSegments(2, SOON);
        return owner;
    }

    private static HlsViewer other(Story story, ThreeNodes nodes) {
        HlsViewer other = HlsViewer.open(story, nodes.b().playlist(nodes.path()));
        other.awaitSegments(2, SOON);
        return other;
    }

    /** Numbers never go back, and each stands for one segment, whoever was asked. */
    private static void sawOneOwner(HlsViewer... viewers) {
        Map<Long, Integer> contents = new HashMap<>();
        for (HlsViewer viewer : viewers) {
            assertThat(viewer.backwards()).as("playlists that went back").isEmpty();
            assertThat(viewer.ended()).as("playlists that ended").isZero();
            for (HlsViewer.Segment segment : viewer.segments()) {
                Integer before = contents.putIfAbsent(segment.sequence(), segment.content());
                assertThat(before == null || before == segment.content())
                        .as("one segment " + segment.sequence() + " at all nodes: " + viewer.segments())
                        .isTrue();
            }
        }
    }

    private static void sawOneDiscontinuity(HlsViewer viewer) {
        List<HlsViewer.Segment> segments = viewer.segments();
        assertThat(viewer.skipped()).as("numbers skipped: " + segments).isZero();
        assertThat(viewer.discontinuities()).as("discontinuities: " + segments).isOne();
    }
}
