package dev.millrace.protocols.rtp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.platform.testkit.Hex;
import dev.millrace.platform.testkit.Torn;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Which payloads start a key frame. */
class KeyFramesTest {
    record Row(String encoding, String name, String hex, boolean key) {
        @Override
        public String toString() {
            return encoding + " " + name;
        }
    }

    static List<Row> rows() {
        return List.of(
                new Row("H264", "IDR slice", "65 88 84", true),
                new Row("H264", "parameter set", "67 64 00 1f", true),
                new Row("h264", "lower case", "65 88", true),
                new Row("H264", "P slice", "41 9a", false),
                new Row("H264", "picture parameter set", "68 eb", false),
                new Row("H264", "STAP-A of SPS, PPS", "78 0002 67 64 0002 68 eb", true),
                new Row("H264", "STAP-A with IDR last", "78 0002 09 f0 0002 65 88", true),
                new Row("H264", "STAP-A of P slices", "58 0002 41 9a 0002 41 9a", false),
                new Row("H264", "STAP-A that lies about sizes", "78 ffff 41", false),
                new Row("H264", "FU-A first of IDR", "7c 85 88", true),
                new Row("H264", "FU-A middle of IDR", "7c 05 88", false),
                new Row("H264", "FU-A last of IDR", "7c 45 88", false),
                new Row("H264", "FU-A first of P", "5c 81 9a", false),
                new Row("H264", "FU-A torn", "7c", false),
                new Row("H265", "IDR", "26 01 af", true),
                new Row("H265", "CRA", "2a 01 af", true),
                new Row("H265", "VPS", "40 01 0c", true),
                new Row("H265", "trailing picture", "02 01 d0", false),
                new Row("H265", "aggregate with VPS", "60 01 0003 40 01 0c 0003 42 01 01", true),
                new Row("H265", "aggregate without", "60 01 0003 02 01 0c", false),
                new Row("H265", "fragment first of IDR", "62 01 93 af", true),
                new Row("H265", "fragment middle of IDR", "62 01 13 af", false),
                new Row("VP8", "key frame", "10 00 9d", true),
                new Row("VP8", "inter frame", "10 01 9d", false),
                new Row("VP8", "not the first packet", "00 00 9d", false),
                new Row("VP8", "key frame with picture id of 15 bits", "90 80 8123 00", true),
                new Row("VP8", "inter frame with picture id of 7 bits", "90 80 23 01", false),
                new Row("VP8", "all extensions", "90 f0 8123 05 60 00", true),
                new Row("VP8", "torn extension", "90 80", false),
                new Row("VP9", "key frame", "88 11 00", true),
                new Row("VP9", "predicted", "c8 11 00", false),
                new Row("VP9", "not the first packet", "80 11 00", false),
                new Row("VP9", "higher spatial layer", "a8 11 02", false),
                new Row("VP9", "lowest spatial layer", "a8 8111 00", true),
                new Row("AV1", "new sequence", "18 0a", true),
                new Row("AV1", "no new sequence", "10 32", false),
                new Row("MP4V-ES", "sequence", "000001b0 f5", true),
                new Row("MP4V-ES", "intra picture", "000001b6 10", true),
                new Row("MP4V-ES", "predicted picture", "000001b6 50", false),
                new Row("MPV", "sequence header", "0000 2002", true),
                new Row("MPV", "intra picture", "0000 1101", true),
                new Row("MPV", "predicted picture", "0000 1202", false),
                new Row("JPEG", "first fragment", "00 000000 01 ff 50 3c", true),
                new Row("JPEG", "later fragment", "00 000400 01 ff 50 3c", false),
                new Row("PCMA", "any audio", "d5", true),
                new Row("MPEG4-GENERIC", "any audio", "0010", true),
                new Row("X-UNKNOWN", "never", "65 88", false));
    }

    @ParameterizedTest
    @MethodSource("rows")
    void tells(Row row) {
        byte[] payload = Hex.of(row.hex);
        ByteBuffer field = Torn.atOffset(payload);
        KeyFrames rule = KeyFrames.of(row.encoding);

        assertThat(rule.startsKeyFrame(field, field.position(), payload.length)).isEqualTo(row.key);
        assertThat(rule.startsKeyFrame(field, field.position(), 0)).isFalse();
        // Torn payloads must not be read beyond their end: a buffer of exactly that size would throw.
        Torn.everyPrefix(payload, cut -> rule.startsKeyFrame(ByteBuffer.wrap(cut), 0, cut.length));
    }

    @Test
    void knowsWhatItKnows() {
        assertThat(KeyFrames.of("H264").known()).isTrue();
        assertThat(KeyFrames.of("MP2T").known()).isFalse();
        assertThat(KeyFrames.of("audio", "X-CODEC")).isEqualTo(KeyFrames.AUDIO);
        assertThat(KeyFrames.of("video", "X-CODEC")).isEqualTo(KeyFrames.UNKNOWN);
    }
}
