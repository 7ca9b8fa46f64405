package dev.millrace.protocols.codecs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.platform.testkit.Hex;
import dev.millrace.platform.testkit.Mutator;
import dev.millrace.platform.testkit.Torn;
import dev.millrace.protocols.wire.Malformed;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Configurations and frame headers of AAC, MPEG audio and Opus. */
class AudioTest {
    private static final int EXECUTIONS = 150_000;

    record Config(String name, String hex, String codec, int rate, int channels, int output, int frame) {
        @Override
        public String toString() {
            return name;
        }
    }

    static List<Config> configs() {
        return List.of(
                new Config("AAC-LC 44100 stereo", "12 10", "mp4a.40.2", 44_100, 2, 44_100, 1024),
                new Config("AAC-LC 48000 stereo", "11 90", "mp4a.40.2", 48_000, 2, 48_000, 1024),
                new Config("AAC-LC 48000 5.1", "11 b0", "mp4a.40.2", 48_000, 6, 48_000, 1024),
                new Config("AAC-LC 8000 mono", "15 88", "mp4a.40.2", 8_000, 1, 8_000, 1024),
                new Config("AAC-LC 960 samples", "12 14", "mp4a.40.2", 44_100, 2, 44_100, 960),
                new Config("AAC-LC rate told in full", "17 80 20 00 10", "mp4a.40.2", 16_384, 2, 16_384, 1024),
                new Config(
                        "ffmpeg AAC-LC with empty extension", "12 10 56 e5 00", "mp4a.40.2", 44_100, 2, 44_100, 1024),
                new Config("HE-AAC explicit", "2b 92 08 00", "mp4a.40.5", 22_050, 2, 44_100, 1024),
                new Config("HE-AAC backward compatible", "13 90 56 e5 a0", "mp4a.40.5", 22_050, 2, 44_100, 1024),
                new Config("HE-AAC v2 explicit", "eb 09 88 00", "mp4a.40.29", 24_000, 1, 48_000, 1024),
                // ffmpeg -f lavfi -i sine=r=48000,aformat=channel_layouts=quad -t 0.1 -c:a aac x.m4a
                new Config(
                        "ffmpeg quad by program config",
                        "118004c4040021100d4c61766335392e33372e31303056e500",
                        "mp4a.40.2",
                        48_000,
                        4,
                        48_000,
                        1024),
                new Config(
                        "ffmpeg 6.1 by program config",
                        "118004c848002000c4400d4c61766335392e33372e31303056e500",
                        "mp4a.40.2",
                        48_000,
                        7,
                        48_000,
                        1024));
    }

    @ParameterizedTest
    @MethodSource("configs")
    void readsConfigurations(Config row) {
        AudioSpecificConfig config = AudioSpecificConfig.parse(Hex.of(row.hex));

        assertThat(config.codecString()).isEqualTo(row.codec);
        assertThat(config.sampleRate()).isEqualTo(row.rate);
        assertThat(config.channels()).isEqualTo(row.channels);
        assertThat(config.outputRate()).isEqualTo(row.output);
        assertThat(config.frameSamples()).isEqualTo(row.frame);
        if (config.channelConfiguration() > 0) {
            assertThat(AudioSpecificConfig.parse(config.encode())).isEqualTo(config);
        }
    }

    @Test
    void tornConfigurationIsMalformed() {
        Torn.everyPrefix(Hex.of("2b 92 08 00"), cut -> {
            if (cut.length < 3) {
                assertThatThrownBy(() -> AudioSpecificConfig.parse(cut)).isInstanceOf(Malformed.class);
            }
        });
        assertThatThrownBy(() -> AudioSpecificConfig.parse(Hex.of("16 90")))
                .isInstanceOf(Malformed.class)
                .hasMessageContaining("reserved");
    }

    @Test
    void latmConfigurationHoldsAnAudioConfiguration() {
        LatmConfig config = LatmConfig.parse(Hex.of("40 00 24 20 3f c0"));

        assertThat(config.audio().codecString()).isEqualTo("mp4a.40.2");
        assertThat(config.audio().sampleRate()).isEqualTo(44_100);
        assertThat(config.audio().channels()).isEqualTo(2);
        assertThat(config.subFrames()).isEqualTo(1);
    }

    @Test
    void adtsHeaderThereAndBack() {
        AudioSpecificConfig config = AudioSpecificConfig.of(Aac.LC, 44_100, 2);
        byte[] header = Adts.header(config, 342);
        Adts read = Adts.parse(header, 0);

        assertThat(read.frameLength()).isEqualTo(349);
        assertThat(read.headerLength()).isEqualTo(Adts.HEADER);
        assertThat(read.blocks()).isEqualTo(1);
        assertThat(read.config()).isEqualTo(config);
    }

    @Test
    void adtsHeaderOfFfmpeg() {
        byte[] frame = Hex.of("00 fff150802b3ffc de02");
        Adts read = Adts.parse(frame, 1);

        assertThat(read).isEqualTo(new Adts(Aac.LC, 44_100, 2, 7, 345, 1));
        assertThat(Adts.header(read.config(), 338)).isEqualTo(Hex.of("fff150802b3ffc"));
        Torn.everyPrefix(
                Hex.of("fff150802b3ffc"),
                cut -> assertThatThrownBy(() -> Adts.parse(cut, 0)).isInstanceOf(Malformed.class));
    }

    @Test
    void adtsRefusesWhatItCannotSay() {
        AudioSpecificConfig config = AudioSpecificConfig.of(Aac.LC, 44_100, 2);

        assertThatThrownBy(() -> Adts.header(config, 8192)).isInstanceOf(Malformed.class);
        assertThatThrownBy(() -> Adts.header(AudioSpecificConfig.of(Aac.LC, 12_345, 2), 10))
                .isInstanceOf(Malformed.class);
    }

    record Frame(String name, String hex, MpegAudioHeader header) {
        @Override
        public String toString() {
            return name;
        }
    }

    static List<Frame> frames() {
        return List.of(
                new Frame("lame 44100 mono 128k", "fffb90c4", new MpegAudioHeader(3, 128_000, 44_100, 1, 417, 1152)),
                new Frame("mp2 22050 mono 64k", "fff580c4", new MpegAudioHeader(2, 64_000, 22_050, 1, 417, 1152)),
                new Frame("mp3 24000 stereo 64k", "fff38444", new MpegAudioHeader(3, 64_000, 24_000, 2, 192, 576)),
                new Frame("layer 1 48000", "ffff4444", new MpegAudioHeader(1, 128_000, 48_000, 2, 128, 384)));
    }

    @ParameterizedTest
    @MethodSource("frames")
    void readsMpegAudioHeaders(Frame row) {
        assertThat(MpegAudioHeader.parse(Hex.of(row.hex), 0)).isEqualTo(row.header);
    }

    @Test
    void opusTellsItsDuration() {
        assertThat(Opus.samples(Hex.of("fc 00"))).isEqualTo(960);
        assertThat(Opus.samples(Hex.of("78"))).isEqualTo(960);
        assertThat(Opus.samples(Hex.of("0b 03"))).isEqualTo(3 * 960);
        assertThat(Opus.samples(Hex.of("e1 00"))).isEqualTo(240);
        assertThat(Opus.samples(new byte[0])).isZero();
    }

    @Test
    void mutatedConfigurations() {
        List<byte[]> samples = configs().stream().map(row -> Hex.of(row.hex)).toList();
        Mutator.of(34).run("AudioSpecificConfig", EXECUTIONS, samples, bytes -> {
            try {
                AudioSpecificConfig config = AudioSpecificConfig.parse(bytes);
                assertThat(config.sampleRate()).isBetween(1, AudioSpecificConfig.MAX_RATE);
            } catch (Malformed expected) {
                assertThat(expected.rule()).isNotEmpty();
            }
        });
        Mutator.of(35).run("LatmConfig", EXECUTIONS, List.of(Hex.of("40 00 24 20 3f c0")), bytes -> {
            try {
                assertThat(LatmConfig.parse(bytes).subFrames()).isBetween(1, 64);
            } catch (Malformed expected) {
                assertThat(expected.rule()).isNotEmpty();
            }
        });
    }

    @Test
    void mutatedFrameHeaders() {
        Mutator.of(36).run("Adts", EXECUTIONS, List.of(Hex.of("fff150802b3ffcde0200")), bytes -> {
            try {
                assertThat(Adts.parse(bytes, 0).frameLength()).isBetween(Adts.HEADER, Adts.MAX_FRAME);
            } catch (Malformed expected) {
                assertThat(expected.rule()).isNotEmpty();
            }
        });
        List<byte[]> samples = frames().stream().map(row -> Hex.of(row.hex)).toList();
        Mutator.of(37).run("MpegAudioHeader", EXECUTIONS, samples, bytes -> {
            try {
                assertThat(MpegAudioHeader.parse(bytes, 0).frameLength()).isPositive();
            } catch (Malformed expected) {
                assertThat(expected.rule()).isNotEmpty();
            }
        });
    }
}
