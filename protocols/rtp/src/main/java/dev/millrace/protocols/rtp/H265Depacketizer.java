package dev.millrace.protocols.rtp;

import dev.millrace.protocols.codecs.H265;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.function.Consumer;

/**
 * RTP payload format of H.265, RFC 7798: single NAL units, aggregation packets, fragmentation units; PACI packets are
 * counted as malformed. Decoding order numbers are read over: packets are taken in the order of sequence.
 */
public final class H265Depacketizer implements VideoDepacketizer {
    static final int LAST_SINGLE = 47;
    static final int AP = 48;
    static final int FU = 49;
    static final int START = 0x80;
    static final int END = 0x40;

    private static final int LAST_SLICE = 31;

    private final UnitAssembler units;
    private final int donl;

    private H265Depacketizer(boolean orderNumbers, Consumer<AccessUnit> out) {
        donl = orderNumbers ? 2 : 0;
        units = new UnitAssembler(nal -> H265.type(nal) >= 0 && H265.type(nal) <= LAST_SLICE, out);
    }

    /** Of the format parameters: {@code sprop-max-don-diff} above 0 means that decoding order numbers are there. */
    public static H265Depacketizer of(Map<String, String> fmtp, Consumer<AccessUnit> out) {
        String difference = fmtp.getOrDefault("sprop-max-don-diff", "0");
        return new H265Depacketizer(!difference.isEmpty() && !difference.equals("0"), out);
    }

    @Override
    public void onPacket(ByteBuffer packet, int offset, int length) {
        if (!units.begin(packet, offset)) {
            return;
        }
        int at = RtpView.payloadOffset(packet, offset);
        int size = RtpView.payloadLength(packet, offset, length);
        if (size > 0) {
            payload(packet, at, size);
        }
        units.end(RtpView.marker(packet, offset));
    }

    private void payload(ByteBuffer packet, int at, int size) {
        int type = packet.get(at) >> 1 & 0x3F;
        if (size < 3 || type <= LAST_SINGLE && size < 3 + donl) {
            units.malformed();
        } else if (type == AP) {
            aggregate(packet, at + 2, at + size);
        } else if (type == FU) {
            fragment(packet, at, size);
        } else if (type > LAST_SINGLE) {
            units.malformed();
        } else if (donl == 0) {
            units.nal(packet, at, size);
        } else {
            units.startFragment(packet.get(at));
            units.headFragment(packet.get(at + 1));
            units.addFragment(packet, at + 2 + donl, size - 2 - donl, true);
        }
    }

    /** Section 4.4.2. */
    private void aggregate(ByteBuffer packet, int from, int end) {
        int at = from;
        int order = donl;
        while (at < end) {
            at += order;
            // The first unit has a number of two bytes, each further one a difference of one.
            order = donl / 2;
            int size = end - at < 2 ? Integer.MAX_VALUE : packet.getShort(at) & 0xFFFF;
            if (size > end - at - 2) {
                units.malformed();
                return;
            }
            units.nal(packet, at + 2, size);
            at += 2 + size;
        }
    }

    /** Section 4.4.3. */
    private void fragment(ByteBuffer packet, int at, int size) {
        int header = packet.get(at + 2);
        boolean start = (header & START) != 0;
        int skip = 3 + (start ? donl : 0);
        if (size <= skip) {
            units.malformed();
            return;
        }
        if (start) {
            units.startFragment(packet.get(at) & 0x81 | (header & 0x3F) << 1);
            units.headFragment(packet.get(at + 1));
        }
        units.addFragment(packet, at + skip, size - skip, (header & END) != 0);
    }

    @Override
    public void flush() {
        units.flush();
    }

    @Override
    public long damagedUnits() {
        return units.damagedUnits();
    }

    @Override
    public long malformedPackets() {
        return units.malformedPackets();
    }
}
