package dev.millrace.standalone;

import dev.millrace.protocols.codecs.Adts;
import dev.millrace.protocols.codecs.AudioSpecificConfig;
import dev.millrace.protocols.codecs.H264;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;

/**
 * The demo's pictures and sounds, read whole from the class path: a byte stream of H.264 (ITU-T H.264 annex B) and ADTS
 * frames of AAC (ISO 14496-3 section 1.A.2.2), both made by the command in the README beside them.
 *
 * @param pictures access units in decoding order, which is also their order of display; each a list of NAL units
 * @param sounds raw AAC frames of {@link AudioSpecificConfig#frameSamples} samples
 */
record DemoSample(List<List<byte[]>> pictures, List<byte[]> sounds, AudioSpecificConfig sound) {
    static final int PICTURE_PAYLOAD_TYPE = 96;
    static final int SOUND_PAYLOAD_TYPE = 97;
    static final int PICTURE_CLOCK = 90_000;
    static final int PICTURES_PER_SECOND = 25;

    static DemoSample load() {
        byte[] adts = resource("demo/demo.aac");
        return new DemoSample(
                accessUnits(H264.splitAnnexB(resource("demo/demo.h264"))),
                frames(adts),
                Adts.parse(adts, 0).config());
    }

    /** The endless repetition of this sample. */
    DemoLoop loop() {
        return new DemoLoop(pictures.size(), PICTURES_PER_SECOND, sound.sampleRate(), sound.frameSamples());
    }

    /** The description of the stream, RFC 4566, with the formats of RFC 6184 and RFC 3640. */
    byte[] sdp() {
        byte[] sps = parameterSet(H264.SPS);
        Base64.Encoder base64 = Base64.getEncoder();
        return """
                v=0
                o=- 0 0 IN IP4 127.0.0.1
                s=Millrace demo
                c=IN IP4 0.0.0.0
                t=0 0
                m=video 0 RTP/AVP %d
                a=rtpmap:%d H264/%d
                a=fmtp:%d packetization-mode=1; profile-level-id=%s; sprop-parameter-sets=%s,%s
                a=control:trackID=0
                m=audio 0 RTP/AVP %d
                a=rtpmap:%d MPEG4-GENERIC/%d/%d
                a=fmtp:%d streamtype=5; profile-level-id=1; mode=AAC-hbr; config=%s; sizeLength=13; indexLength=3; indexDeltaLength=3
                a=control:trackID=1
                """.formatted(
                        PICTURE_PAYLOAD_TYPE,
                        PICTURE_PAYLOAD_TYPE,
                        PICTURE_CLOCK,
                        PICTURE_PAYLOAD_TYPE,
                        HexFormat.of().withUpperCase().formatHex(sps, 1, 4),
                        base64.encodeToString(sps),
                        base64.encodeToString(parameterSet(H264.PPS)),
                        SOUND_PAYLOAD_TYPE,
                        SOUND_PAYLOAD_TYPE,
                        sound.sampleRate(),
                        sound.channels(),
                        SOUND_PAYLOAD_TYPE,
                        HexFormat.of().formatHex(sound.encode()))
                .replace("\n", "\r\n")
                .getBytes(StandardCharsets.US_ASCII);
    }

    private byte[] parameterSet(int type) {
        return pictures.getFirst().stream()
                .filter(nal -> H264.type(nal) == type)
                .findFirst()
                .orElseThrow();
    }

    /** Groups NAL units into access units, H.264 section 7.4.1.2.3: one ends where a parameter set, SEI or first slice follows a slice. */
    static List<List<byte[]>> accessUnits(List<byte[]> nals) {
        List<List<byte[]>> units = new ArrayList<>();
        List<byte[]> unit = new ArrayList<>();
        boolean sliced = false;
        for (byte[] nal : nals) {
            boolean slice = H264.isSlice(H264.type(nal));
            // first_mb_in_slice is 0 exactly when the slice header starts with a 1 bit.
            boolean starts = !slice || (nal.length > 1 && nal[1] < 0);
            if (sliced && starts) {
                units.add(List.copyOf(unit));
                unit.clear();
                sliced = false;
            }
            unit.add(nal);
            sliced |= slice;
        }
        units.add(List.copyOf(unit));
        return List.copyOf(units);
    }

    private static List<byte[]> frames(byte[] stream) {
        List<byte[]> frames = new ArrayList<>();
        int at = 0;
        while (at < stream.length) {
            Adts header = Adts.parse(stream, at);
            frames.add(Arrays.copyOfRange(stream, at + header.headerLength(), at + header.frameLength()));
            at += header.frameLength();
        }
        return List.copyOf(frames);
    }

    private static byte[] resource(String name) {
        try (InputStream stream = DemoSample.class.getResourceAsStream(name)) {
            if (stream == null) {
                throw new IllegalStateException("the distribution lacks " + name);
            }
            return stream.readAllBytes();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
