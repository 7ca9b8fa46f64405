package dev.millrace.protocols.rtp;

import dev.millrace.protocols.codecs.Aac;
import dev.millrace.protocols.codecs.AudioSpecificConfig;
import dev.millrace.protocols.wire.Malformed;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * RTP payload format of AAC, RFC 3640, modes AAC-hbr and AAC-lbr: several access units in a packet, one access unit over
 * several packets. Frames of an interleaved stream come out in the order of sending, with their own timestamps.
 */
public final class AacDepacketizer implements AudioDepacketizer {
    /** Most bits of one field of an access unit header. */
    public static final int MAX_FIELD = 32;

    private final Consumer<AudioFrame> out;
    private final Headers headers;
    private final long frameTicks;
    private final SequenceGaps gaps = new SequenceGaps();
    private final FragmentBuffer fragment = new FragmentBuffer(AudioFrame.MAX_BYTES);
    private int fragmentSize;
    private long fragmentTimestamp;
    private boolean lossBefore;
    private long malformed;

    /** Widths in bits of the fields of an access unit header, section 3.2.1.1. */
    private record Headers(
            int size, int index, int delta, int cts, int dts, int flags, int auxiliary, int constantSize) {
        static Headers of(Map<String, String> fmtp) {
            int random = number(fmtp, "randomAccessIndication", 0, 1);
            int state = number(fmtp, "streamStateIndication", 0, MAX_FIELD);
            return new Headers(
                    number(fmtp, "sizeLength", 0, MAX_FIELD),
                    number(fmtp, "indexLength", 0, MAX_FIELD),
                    number(fmtp, "indexDeltaLength", 0, MAX_FIELD),
                    number(fmtp, "CTSDeltaLength", 0, MAX_FIELD),
                    number(fmtp, "DTSDeltaLength", 0, MAX_FIELD),
                    random + state,
                    number(fmtp, "auxiliaryDataSizeLength", 0, MAX_FIELD),
                    number(fmtp, "constantSize", 0, AudioFrame.MAX_BYTES));
        }

        boolean present() {
            return size + index + delta + cts + dts + flags > 0;
        }
    }

    private AacDepacketizer(Headers headers, long frameTicks, Consumer<AudioFrame> out) {
        this.headers = headers;
        this.frameTicks = frameTicks;
        this.out = out;
    }

    /**
     * Of the format parameters, section 4.1.
     *
     * @throws Malformed if a width is not a number or too large, or {@code config} is broken
     */
    public static AacDepacketizer of(Map<String, String> fmtp, int clockRate, Consumer<AudioFrame> out) {
        Optional<AudioSpecificConfig> config = FormatParameters.aacConfig(fmtp);
        long ticks = config.map(c -> ticks(c, clockRate)).orElse((long) Aac.FRAME);
        int told = number(fmtp, "constantDuration", 0, Integer.MAX_VALUE);
        return new AacDepacketizer(Headers.of(fmtp), told > 0 ? told : ticks, out);
    }

    /** Ticks of the RTP clock that one frame lasts; the clock may run at the rate before or behind SBR. */
    static long ticks(AudioSpecificConfig config, int clockRate) {
        return Math.max(1, (long) config.frameSamples() * clockRate / config.sampleRate());
    }

    private static int number(Map<String, String> fmtp, String name, int otherwise, int max) {
        String text = fmtp.get(name);
        if (text == null || text.isEmpty()) {
            return otherwise;
        }
        return FormatParameters.number(name, text, max);
    }

    @Override
    public void onPacket(ByteBuffer packet, int offset, int length) {
        boolean gap = gaps.gapBefore(RtpView.sequence(packet, offset));
        if (gaps.late()) {
            return;
        }
        if (gap) {
            lossBefore = true;
            dropFragment();
        }
        int at = RtpView.payloadOffset(packet, offset);
        int size = RtpView.payloadLength(packet, offset, length);
        if (size > 0 && !payload(packet, at, at + size, RtpView.timestamp(packet, offset))) {
            malformed++;
            lossBefore = true;
            dropFragment();
        }
    }

    private boolean payload(ByteBuffer packet, int from, int end, long timestamp) {
        int bit = 0;
        int bits = 0;
        int data = from;
        if (headers.present()) {
            bits = end - from < 2 ? -1 : packet.getShort(from) & 0xFFFF;
            bit = (from + 2) * 8;
            data = from + 2 + (bits + 7) / 8;
        }
        if (bits < 0 || data > end) {
            return false;
        }
        if (headers.auxiliary > 0) {
            int width = headers.auxiliary;
            if (data + (width + 7) / 8 > end) {
                return false;
            }
            long skip = width + field(packet, data * 8, width);
            data += (int) Math.min(end - data + 1L, (skip + 7) / 8);
        }
        return data <= end && units(packet, new Section(bit, bit + bits, data, end), timestamp);
    }

    /** Where the access unit headers lie, in bits, and where their data, in bytes. */
    private record Section(int bit, int lastBit, int data, int end) {}

    private boolean units(ByteBuffer packet, Section section, long timestamp) {
        if (!headers.present()) {
            return plainUnits(packet, section, timestamp);
        }
        int bit = section.bit;
        int data = section.data;
        long index = 0;
        for (int count = 0; count < AudioFrame.MAX_FRAMES && bit < section.lastBit; count++) {
            int size = headers.size > 0 && bit + headers.size <= section.lastBit
                    ? (int) Math.min(Integer.MAX_VALUE, field(packet, bit, headers.size))
                    : headers.constantSize;
            int order = count == 0 ? headers.index : headers.delta;
            int orderAt = bit + headers.size;
            bit = skipOptional(packet, orderAt + order, section.lastBit);
            if (bit > section.lastBit || size == 0 && headers.size == 0) {
                return false;
            }
            index += count == 0 ? 0 : field(packet, orderAt, order) + 1;
            if (size > section.end - data) {
                return count == 0 && fragment(packet, data, section.end, size, timestamp);
            }
            emit(packet, data, size, timestamp + index * frameTicks);
            data += size;
        }
        return bit >= section.lastBit;
    }

    private int skipOptional(ByteBuffer packet, int from, int lastBit) {
        int bit = from;
        if (headers.cts > 0 && bit < lastBit) {
            bit += 1 + (field(packet, bit, 1) == 1 ? headers.cts : 0);
        }
        if (headers.dts > 0 && bit < lastBit) {
            bit += 1 + (field(packet, bit, 1) == 1 ? headers.dts : 0);
        }
        return bit + headers.flags;
    }

    private boolean plainUnits(ByteBuffer packet, Section section, long timestamp) {
        int size = headers.constantSize > 0 ? headers.constantSize : section.end - section.data;
        if (size > section.end - section.data) {
            return fragment(packet, section.data, section.end, size, timestamp);
        }
        int data = section.data;
        for (int i = 0; i < AudioFrame.MAX_FRAMES && size > 0 && data + size <= section.end; i++) {
            emit(packet, data, size, timestamp + i * frameTicks);
            data += size;
        }
        return data == section.end;
    }

    /** Section 3.2.3: each piece repeats the header with the size of the whole. */
    private boolean fragment(ByteBuffer packet, int data, int end, int size, long timestamp) {
        if (size > AudioFrame.MAX_BYTES) {
            return false;
        }
        if (fragment.size() == 0 || timestamp != fragmentTimestamp || size != fragmentSize) {
            fragment.clear();
            fragmentTimestamp = timestamp;
            fragmentSize = size;
        }
        if (!fragment.add(packet, data, end - data) || fragment.size() > size) {
            return false;
        }
        if (fragment.size() == size) {
            byte[] frame = fragment.toBytes();
            fragment.clear();
            send(frame, timestamp);
        }
        return true;
    }

    private void dropFragment() {
        fragment.clear();
    }

    private void emit(ByteBuffer packet, int from, int size, long timestamp) {
        if (size == 0) {
            return;
        }
        // The last piece of a fragmented unit is smaller than the whole its header tells of, so it comes here only
        // if the unit is whole by itself: an unfinished one before it is lost.
        if (fragment.size() > 0) {
            lossBefore = true;
            dropFragment();
        }
        byte[] frame = new byte[size];
        packet.get(from, frame);
        send(frame, timestamp);
    }

    private void send(byte[] frame, long timestamp) {
        AudioFrame sent = new AudioFrame(timestamp & 0xFFFF_FFFFL, frame, lossBefore);
        lossBefore = false;
        out.accept(sent);
    }

    /** Up to 32 bits at an absolute bit index; bits behind the buffer's end count as 0. */
    private static long field(ByteBuffer packet, int bit, int width) {
        long value = 0;
        for (int i = bit; i < bit + width; i++) {
            int at = i >> 3;
            value = value << 1 | (at < packet.limit() ? packet.get(at) >> 7 - (i & 7) & 1 : 0);
        }
        return value;
    }

    @Override
    public long malformedPackets() {
        return malformed;
    }
}
