package dev.millrace.protocols.mpegts;

import java.util.Optional;

/** What an elementary stream is: stream_type of the PMT, ISO/IEC 13818-1 table 2-34. */
public enum StreamType {
    MPEG1_AUDIO(0x03, 0xC0),
    MPEG2_AUDIO(0x04, 0xC0),
    AAC_ADTS(0x0F, 0xC0),
    H264(0x1B, 0xE0),
    H265(0x24, 0xE0);

    private final int code;
    private final int streamId;

    StreamType(int code, int streamId) {
        this.code = code;
        this.streamId = streamId;
    }

    /** The PMT's stream_type byte. */
    public int code() {
        return code;
    }

    /** The stream_id of its PES packets, table 2-22: 0xE0 video, 0xC0 audio. */
    public int streamId() {
        return streamId;
    }

    public boolean video() {
        return streamId == 0xE0;
    }

    /** The stream of that stream_type byte, if it is one of ours. */
    public static Optional<StreamType> of(int code) {
        for (StreamType type : values()) {
            if (type.code == code) {
                return Optional.of(type);
            }
        }
        return Optional.empty();
    }
}
