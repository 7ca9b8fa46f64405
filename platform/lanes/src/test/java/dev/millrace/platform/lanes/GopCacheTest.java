package dev.millrace.platform.lanes;

import static dev.millrace.platform.lanes.Packets.AUDIO;
import static dev.millrace.platform.lanes.Packets.audio;
import static dev.millrace.platform.lanes.Packets.frame;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class GopCacheTest {
    private final GopCache cache = cache(true);

    private static GopCache cache(boolean keyFrames) {
        return new GopCache(
                new Lane.Shape(400, Duration.ofHours(1), Duration.ZERO, new PacketLimits(1472, 1452)), keyFrames);
    }

    /** What a new reader begins with. */
    private static List<Frame> frames(GopCache cache) {
        List<Frame> frames = cache.retainFrames();
        frames.forEach(Frame::release);
        return frames;
    }

    /** What one gets that follows from elsewhere. */
    private static List<Frame> all(GopCache cache) {
        List<Frame> frames = cache.retainAll();
        frames.forEach(Frame::release);
        return frames;
    }

    private Frame add(Frame frame) {
        cache.add(frame);
        frame.release();
        return frame;
    }

    @Test
    void keepsFromTheLastKeyFrameOn() {
        add(frame(false, 1, 0, 7));
        Frame first = add(frame(true, 2, 3600, 7));
        Frame second = add(frame(true, 3, 7200, 7));
        Frame sound = add(audio(9, 0, 8));
        assertThat(frames(cache)).containsExactly(second, sound);
        // For a node that follows the lane here at this very moment, and no longer than to the next key frame.
        assertThat(all(cache)).containsExactly(first, second, sound);
        add(frame(true, 4, 10_800, 7));
        assertThat(first.bytes().refCnt()).isZero();
    }

    @Test
    void aKeyPictureInSeveralFramesIsKeptWhole() {
        Frame parameterSets = add(frame(true, 1, 3600, 7));
        Frame slices = add(frame(true, 2, 3600, 7));
        assertThat(frames(cache)).containsExactly(parameterSets, slices);
    }

    @Test
    void aGroupBeyondTheBoundIsForgottenUntilTheNextKeyFrame() {
        List<Frame> many =
                List.of(frame(true, 1, 0, 7), frame(false, 2, 0, 7), frame(false, 3, 0, 7), frame(false, 4, 0, 7));
        many.forEach(this::add);
        assertThat(frames(cache)).isEmpty();
        assertThat(cache.overflowed()).isTrue();
        assertThat(many).allMatch(frame -> frame.bytes().refCnt() == 0);
        add(frame(false, 5, 0, 7));
        assertThat(frames(cache)).isEmpty();
        add(frame(true, 6, 0, 7));
        assertThat(frames(cache)).hasSize(1);
    }

    @Test
    void withoutKeyFramesTheLatestAreKeptForAChangeOfHome() {
        GopCache sound = cache(false);
        List<Frame> packets = IntStream.range(0, 10)
                .mapToObj(number -> audio(number, 1024L * number, 8))
                .toList();
        for (Frame packet : packets) {
            sound.add(packet);
            packet.release();
        }
        assertThat(frames(sound))
                .as("a new reader hears what comes from now on")
                .isEmpty();
        // 64 bytes each, at most 400.
        assertThat(all(sound)).containsExactlyElementsOf(packets.subList(4, 10));
        assertThat(packets.subList(0, 4)).allMatch(frame -> frame.bytes().refCnt() == 0);
        sound.clear();
        assertThat(packets).allMatch(frame -> frame.bytes().refCnt() == 0);
    }

    @Test
    void withoutKeyFramesWhatIsOldIsForgotten() {
        GopCache sound = cache(false);
        long now = System.nanoTime();
        for (int seconds : List.of(0, 3, 7)) {
            Frame packet = audio(seconds, 0, 8);
            sound.add(new Frame(AUDIO, packet.bytes(), 1, 60, false, true, now + TimeUnit.SECONDS.toNanos(seconds)));
            packet.release();
        }
        assertThat(all(sound)).extracting(Frame::sequence).containsExactly(3, 7);
        sound.clear();
    }

    @Test
    void anotherKindOfStreamBeginsEmpty() {
        add(frame(true, 1, 0, 7));
        cache.restart(false);
        assertThat(all(cache)).isEmpty();
        add(audio(1, 0, 8));
        assertThat(all(cache)).hasSize(1);
        cache.clear();
    }
}
