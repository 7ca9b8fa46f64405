package dev.millrace.protocols.rtp;

import dev.millrace.protocols.codecs.H264;
import java.nio.ByteBuffer;
import java.util.function.Consumer;

/**
 * RTP payload format of H.264, RFC 6184, packetization modes 0 and 1: single NAL units, STAP-A, FU-A. The interleaved
 * types of mode 2 are counted as malformed.
 */
public final class H264Depacketizer implements VideoDepacketizer {
    static final int LAST_SINGLE = 23;
    static final int STAP_A = 24;
    static final int FU_A = 28;
    static final int START = 0x80;
    static final int END = 0x40;

    private final UnitAssembler units;

    public H264Depacketizer(Consumer<AccessUnit> out) {
        units = new UnitAssembler(nal -> H264.isSlice(H264.type(nal)), out);
    }

    @Override
    public void onPacket(ByteBuffer packet, int offset, int length) {
        if (!units.begin(packet, offset)) {
            return;
        }
        int at = RtpView.payloadOffset(packet, offset);
        int size = RtpView.payloadLength(packet, offset, length);
        // ffmpeg and others send empty packets to keep a hole in the firewall open: no NAL unit, no damage.
        if (size > 0) {
            payload(packet, at, size);
        }
        units.end(RtpView.marker(packet, offset));
    }

    private void payload(ByteBuffer packet, int at, int size) {
        int type = packet.get(at) & 0x1F;
        if (type >= 1 && type <= LAST_SINGLE) {
            units.nal(packet, at, size);
        } else if (type == STAP_A) {
            aggregate(packet, at + 1, at + size);
        } else if (type == FU_A && size > 2) {
            fragment(packet, at, size);
        } else {
            units.malformed();
        }
    }

    /** Section 5.7.1. */
    private void aggregate(ByteBuffer packet, int from, int end) {
        int at = from;
        while (at < end) {
            int size = end - at < 2 ? Integer.MAX_VALUE : packet.getShort(at) & 0xFFFF;
            if (size > end - at - 2) {
                units.malformed();
                return;
            }
            units.nal(packet, at + 2, size);
            at += 2 + size;
        }
    }

    /** Section 5.8. CostarHD sets start and end in one packet, against the RFC: that is a whole NAL unit. */
    private void fragment(ByteBuffer packet, int at, int size) {
        int header = packet.get(at + 1);
        if ((header & START) != 0) {
            units.startFragment(packet.get(at) & 0xE0 | header & 0x1F);
        }
        units.addFragment(packet, at + 2, size - 2, (header & END) != 0);
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
