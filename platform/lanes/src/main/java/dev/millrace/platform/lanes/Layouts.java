package dev.millrace.platform.lanes;

import dev.millrace.protocols.rtp.RtpView;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;

/**
 * Other forms of the frames that are being delivered, made once for all readers of a loop that need them: interleaved under
 * another channel, or as datagrams. Everything it lends lives until {@link #clear}. Owned by one loop.
 */
public final class Layouts {
    private record Channelled(Frame frame, int channel, ByteBuf bytes) {}

    private final List<Channelled> channelled = new ArrayList<>();
    private final List<Datagrams> datagrams = new ArrayList<>();
    private final PacketLimits limits;

    Layouts(PacketLimits limits) {
        this.limits = limits;
    }

    /** The frame's interleaved bytes under {@code channel}; lent. */
    ByteBuf interleaved(Frame frame, int channel) {
        if (channel == 2 * frame.track().index()) {
            return frame.bytes();
        }
        for (Channelled known : channelled) {
            if (known.frame == frame && known.channel == channel) {
                return known.bytes;
            }
        }
        ByteBuf copy = frame.bytes().alloc().directBuffer(frame.size());
        copy.writeBytes(frame.bytes(), frame.bytes().readerIndex(), frame.size());
        int at = 0;
        for (int i = 0; i < frame.packets(); i++) {
            copy.setByte(at + 1, channel);
            at += Frame.PREFIX + copy.getUnsignedShort(at + 2);
        }
        channelled.add(new Channelled(frame, channel, copy));
        return copy;
    }

    /** The frame as datagrams for IPv4 or IPv6; lent. */
    Datagrams datagrams(Frame frame, boolean ipv6) {
        for (Datagrams known : datagrams) {
            if (known.frame() == frame && known.ipv6() == ipv6) {
                return known;
            }
        }
        Datagrams made = Datagrams.of(frame, ipv6, limits);
        datagrams.add(made);
        return made;
    }

    /** How many packets a UDP reader gets for this frame beyond those in it. */
    static int extra(Frame frame, int limit) {
        if (frame.longest() <= limit) {
            return 0;
        }
        int[] extra = {0};
        frame.forEach((view, offset, length) -> {
            if (length > limit) {
                int payload = RtpView.payloadOffset(view, offset);
                extra[0] += Repacketizing.pieces(
                                frame.track(),
                                view,
                                payload,
                                RtpView.payloadLength(view, offset, length),
                                limit - (payload - offset))
                        - 1;
            }
        });
        return extra[0];
    }

    /** Gives back everything that was made. */
    void clear() {
        if (!channelled.isEmpty()) {
            channelled.forEach(copy -> copy.bytes.release());
            channelled.clear();
        }
        if (!datagrams.isEmpty()) {
            datagrams.forEach(Datagrams::release);
            datagrams.clear();
        }
    }
}
