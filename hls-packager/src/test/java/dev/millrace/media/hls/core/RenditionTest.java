package dev.millrace.media.hls.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.media.hls.core.Rendition.Anchor;
import dev.millrace.media.hls.core.Rendition.Cut;
import dev.millrace.platform.testkit.Mutator;
import dev.millrace.protocols.hls.Segmenter;
import dev.millrace.protocols.mpegts.TsDemux;
import dev.millrace.protocols.mpegts.TsEvent;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** RTP packets in, segments out: the stories of a stream. */
final class RenditionTest {
    private static final Segmenter.Settings SETTINGS = new Segmenter.Settings(2_000, 12_000, 1 << 24, 0);
    private static final int FRAME = 3_600;
    private static final int GOP = 50;
    private static final long EPOCH = 1_795_000_000_000L;

    /** A stream under way: the sender, the rendition, and what came out. */
    private static final class Story {
        private final Rendition rendition;
        private final Sender sender;
        private final List<Cut> cuts = new ArrayList<>();
        private long nanos;

        private Story(byte[] sdp, Sender sender) {
            this.rendition = new Rendition(TrackPlan.of(sdp), SETTINGS, new Anchor(0, EPOCH), false);
            this.sender = sender;
        }

        private void take(int track, ByteBuffer packet) {
            cuts.addAll(rendition.on(track, packet, 0, packet.limit(), nanos));
        }

        /** Pictures and sound of {@code seconds} beginning at {@code from} seconds; sound arrives {@code audioLate} later. */
        private void play(int from, int seconds, long audioLate90k) {
            List<Sender.Due> due = new ArrayList<>();
            for (int i = from * 25; i < (from + seconds) * 25; i++) {
                long pts = (long) i * FRAME;
                boolean idr = i % GOP == 0;
                due.add(new Sender.Due(pts, () -> sender.picture(Sender.picture(idr, 3_000), pts, this::take)));
            }
            long first = (long) from * Sender.AUDIO_RATE / Sender.AAC_SAMPLES;
            long last = (long) (from + seconds) * Sender.AUDIO_RATE / Sender.AAC_SAMPLES;
            for (long i = first; i < last; i++) {
                long samples = i * Sender.AAC_SAMPLES;
                long at = samples * 90_000 / Sender.AUDIO_RATE + audioLate90k;
                due.add(new Sender.Due(at, () -> sender.sound(1, new byte[300], samples, this::take)));
            }
            due.sort((a, b) -> Long.compare(a.at90k(), b.at90k()));
            due.forEach(each -> {
                nanos = each.at90k() * 100_000 / 9;
                each.what().run();
            });
        }

        private void end() {
            cuts.addAll(rendition.end());
        }

        private List<TsEvent.Unit> units(int typeCode) {
            List<TsEvent.Unit> units = new ArrayList<>();
            TsDemux demux = new TsDemux();
            List<TsEvent> events = new ArrayList<>();
            cuts.forEach(cut ->
                    events.addAll(demux.read(ByteBuffer.wrap(cut.segment().bytes()))));
            events.addAll(demux.end());
            for (TsEvent event : events) {
                if (event instanceof TsEvent.Unit unit && unit.typeCode() == typeCode) {
                    units.add(unit);
                }
            }
            return units;
        }
    }

    @Test
    void picturesAndSoundBecomeSegmentsOfTheTarget() {
        Story story = new Story(Sender.sdp(), new Sender(4_000_000_000L, 77));
        story.rendition.report(0, Sender.ntp(0), story.sender.videoStamp(0));
        story.rendition.report(1, Sender.ntp(0), story.sender.audioStamp(0));
        story.play(0, 10, 0);
        assertThat(story.cuts).hasSize(4).allMatch(cut -> cut.segment().duration90k() == 2 * 90_000);
        assertThat(story.cuts).noneMatch(Cut::discontinuity);
        story.end();
        assertThat(story.units(0x1B)).hasSize(250);
        assertThat(story.cuts.get(1).programMillis()).isEqualTo(EPOCH + 2_000);
    }

    @Test
    void codecsAndPictureAreNamed() {
        Story story = new Story(Sender.sdp(), new Sender(0, 0));
        story.play(0, 4, 0);
        assertThat(story.rendition.codecs()).containsExactly("avc1.42c01e", "mp4a.40.2");
        assertThat(story.rendition.picture().orElseThrow().width()).isEqualTo(640);
        assertThat(story.rendition.targetSeconds()).isEqualTo(2);
    }

    @Test
    void senderReportsAlignTracksThatArriveApart() {
        Story story = new Story(Sender.sdp(), new Sender(1_000, 2_000));
        story.rendition.report(0, Sender.ntp(5_000_000), story.sender.videoStamp(450_000));
        story.rendition.report(1, Sender.ntp(5_000_000), story.sender.audioStamp(5 * 48_000));
        story.play(0, 6, 40_000);
        story.end();
        assertThat(story.units(0x1B).getFirst().pts90k())
                .isEqualTo(story.units(0x0F).getFirst().pts90k());
    }

    @Test
    void reportsThatContradictTheArrivalAreNotBelieved() {
        Story story = new Story(Sender.sdp(), new Sender(1_000, 2_000));
        story.rendition.report(0, Sender.ntp(0), story.sender.videoStamp(0));
        story.rendition.report(1, Sender.ntp(3_600_000_000L), story.sender.audioStamp(0));
        story.play(0, 6, 0);
        story.end();
        long apart = story.units(0x1B).getFirst().pts90k()
                - story.units(0x0F).getFirst().pts90k();
        assertThat(Math.abs(apart)).isLessThan(4_000);
    }

    @Test
    void withoutReportsTheArrivalAligns() {
        Story story = new Story(Sender.sdp(), new Sender(3_000_000_000L, 5));
        story.play(0, 6, 0);
        story.end();
        assertThat(story.units(0x1B)).hasSize(150);
        long apart = story.units(0x1B).getFirst().pts90k()
                - story.units(0x0F).getFirst().pts90k();
        assertThat(Math.abs(apart)).isLessThan(4_000);
    }

    @Test
    void timestampsThatWrapGoOn() {
        Story story = new Story(Sender.sdp(), new Sender(0xFFFF_FFFFL - 200_000, 0xFFFF_FFFFL - 100_000));
        story.play(0, 10, 0);
        story.end();
        assertThat(story.cuts).hasSize(5).noneMatch(Cut::discontinuity);
        assertThat(story.units(0x1B)).hasSize(250);
    }

    @Test
    void aLeapInTimeIsADiscontinuityAndTheOnlyOne() {
        Story story = new Story(Sender.sdp(), new Sender(0, 0));
        story.play(0, 6, 0);
        story.play(600, 6, 0);
        story.end();
        assertThat(story.cuts.stream().filter(Cut::discontinuity)).hasSize(1);
        assertThat(story.cuts.stream().mapToLong(cut -> cut.segment().duration90k()))
                .allMatch(duration -> duration <= 2 * 90_000 + 36_000);
    }

    @Test
    void aPublisherThatComesBackInTimeIsNone() {
        Story story = new Story(Sender.sdp(), new Sender(0, 0));
        story.play(0, 6, 0);
        story.play(14, 6, 0);
        story.end();
        assertThat(story.cuts).noneMatch(Cut::discontinuity);
        assertThat(story.units(0x1B)).hasSize(300);
    }

    @Test
    void anotherPictureSizeIsADiscontinuity() {
        Story story = new Story(Sender.sdp(), new Sender(0, 0));
        story.play(0, 4, 0);
        byte[] other = Sender.SPS.clone();
        other[3] = 0x1F;
        story.sender.picture(
                List.of(other, Sender.PPS, Sender.picture(true, 500).getFirst()), 4 * 90_000, story::take);
        story.nanos = 4_000_000_000L;
        for (int i = 101; i < 200; i++) {
            story.sender.picture(Sender.picture(i % GOP == 0, 500), (long) i * FRAME, story::take);
        }
        assertThat(story.rendition.codecs().getFirst()).isEqualTo("avc1.42c01f");
        story.end();
        assertThat(story.cuts.stream().filter(Cut::discontinuity)).hasSize(1);
    }

    @Test
    void aSilentTrackThatSpeaksLateJoinsByADiscontinuity() {
        Story story = new Story(Sender.sdp(), new Sender(0, 0));
        for (int i = 0; i < 150; i++) {
            story.nanos = i * 40_000_000L;
            story.sender.picture(Sender.picture(i % GOP == 0, 500), (long) i * FRAME, story::take);
        }
        assertThat(story.cuts).isNotEmpty();
        story.play(6, 6, 0);
        story.end();
        assertThat(story.cuts.stream().filter(Cut::discontinuity)).hasSize(1);
        assertThat(story.units(0x0F)).isNotEmpty();
    }

    @Test
    void aLostPacketCostsItsPicture() {
        Story story = new Story(Sender.sdpOfVideo(), new Sender(0, 0));
        for (int i = 0; i < 100; i++) {
            story.nanos = i * 40_000_000L;
            if (i == 30) {
                story.sender.losePicturePacket();
            }
            story.sender.picture(Sender.picture(i % GOP == 0, 3_000), (long) i * FRAME, story::take);
        }
        story.end();
        assertThat(story.units(0x1B)).hasSize(99);
        assertThat(story.rendition.losses().damagedPictures()).isEqualTo(1);
    }

    @Test
    void soundAloneIsPackagedToo() {
        Story story = new Story(Sender.sdpOfAudio(), new Sender(0, 0));
        for (long i = 0; i < 500; i++) {
            story.nanos = i * 21_333_333L;
            story.sender.sound(0, new byte[200], i * Sender.AAC_SAMPLES, story::take);
        }
        story.end();
        assertThat(story.cuts).hasSize(6);
        assertThat(story.rendition.picture()).isEmpty();
    }

    @Test
    void hostilePacketsThrowNothing() {
        List<byte[]> samples = new ArrayList<>();
        Sender sender = new Sender(0, 0);
        sender.picture(
                List.of(Sender.SPS, Sender.PPS, Sender.picture(true, 3_000).getFirst()),
                0,
                (track, packet) -> samples.add(bytes(packet)));
        sender.sound(1, new byte[100], 0, (track, packet) -> samples.add(bytes(packet)));
        Story story = new Story(Sender.sdp(), sender);
        int[] count = {0};
        Mutator.of(7_826).run("Rendition", 100_000, samples, input -> {
            story.nanos += 1_000_000;
            story.take(count[0]++ & 1, ByteBuffer.wrap(input));
            story.cuts.clear();
        });
    }

    private static byte[] bytes(ByteBuffer packet) {
        byte[] bytes = new byte[packet.remaining()];
        packet.get(bytes);
        return bytes;
    }
}
