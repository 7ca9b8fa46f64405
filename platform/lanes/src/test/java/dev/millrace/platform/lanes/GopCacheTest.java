package dev.millrace.platform.lanes;

import static dev.millrace.platform.lanes.Packets.audio;
import static dev.millrace.platform.lanes.Packets.frame;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class GopCacheTest {
    private final GopCache cache = new GopCache(400, Long.MAX_VALUE);

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
        assertThat(cache.frames()).containsExactly(second, sound);
        // For a node that follows the lane here at this very moment, and no longer than to the next key frame.
        assertThat(cache.previous()).containsExactly(first);
        add(frame(true, 4, 10_800, 7));
        assertThat(first.bytes().refCnt()).isZero();
    }

    @Test
    void aKeyPictureInSeveralFramesIsKeptWhole() {
        Frame parameterSets = add(frame(true, 1, 3600, 7));
        Frame slices = add(frame(true, 2, 3600, 7));
        assertThat(cache.frames()).containsExactly(parameterSets, slices);
    }

    @Test
    void aGroupBeyondTheBoundIsForgottenUntilTheNextKeyFrame() {
        List<Frame> many =
                List.of(frame(true, 1, 0, 7), frame(false, 2, 0, 7), frame(false, 3, 0, 7), frame(false, 4, 0, 7));
        many.forEach(this::add);
        assertThat(cache.frames()).isEmpty();
        assertThat(cache.overflowed()).isTrue();
        assertThat(many).allMatch(frame -> frame.bytes().refCnt() == 0);
        add(frame(false, 5, 0, 7));
        assertThat(cache.frames()).isEmpty();
        add(frame(true, 6, 0, 7));
        assertThat(cache.frames()).hasSize(1);
    }
}
