package dev.millrace.edges.rtsp;

import dev.millrace.platform.lanes.Publication;
import dev.millrace.platform.runtime.Timer;
import dev.millrace.platform.runtime.UdpPair;
import dev.millrace.protocols.rtp.Rtcp;
import dev.millrace.protocols.rtsp.Event;
import dev.millrace.protocols.rtsp.Leg;
import dev.millrace.protocols.rtsp.Status;
import dev.millrace.protocols.rtsp.Transport;
import dev.millrace.protocols.wire.Malformed;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What one session publishes: packets of its tracks into the lane, its sender reports, and our receiver reports to it. Owned
 * by the session's loop.
 */
final class PublisherMedia {
    /** RFC 3550 section 6.2: the shortest regular interval. */
    private static final Duration REPORTS = Duration.ofSeconds(5);

    private final EdgeSession session;
    private final Publication publication;
    private final PublisherTrack[] tracks;
    private final EdgeCounters counters;
    private final long ownSsrc;
    private final Timer reports;
    private boolean recording;
    private boolean closed;

    PublisherMedia(EdgeSession session, Publication publication) {
        this.session = session;
        this.publication = publication;
        this.counters = session.room().edge().counters();
        this.ownSsrc = session.room().edge().node().ids().number() & 0xFFFF_FFFFL;
        this.tracks = publication.tracks().all().stream()
                .map(track -> new PublisherTrack(publication, track.index(), track.clockRate(), session.room()))
                .toArray(PublisherTrack[]::new);
        this.reports = session.loop()
                .every(
                        REPORTS,
                        () -> report(session.room().edge().node().clock().nanos()));
    }

    /**
     * Makes the leg of a track.
     *
     * @param wanted whether the answer is still waited for when it comes
     */
    void open(int index, Leg leg, BooleanSupplier wanted, Consumer<Event> answer) {
        PublisherTrack track = tracks[index];
        switch (leg) {
            case Leg.Interleaved(int rtp, int rtcp) -> {
                session.connection().use(rtp, rtcp, session, index);
                track.leg = leg;
                answer.accept(new Event.Opened(null, -1, ""));
            }
            case Leg.Udp udp ->
                session.room()
                        .edge()
                        .pairs()
                        .open(
                                session.loop(),
                                (packet, from) -> datagram(index, packet, from),
                                (packet, from) -> control(index, packet, from))
                        .onComplete(done -> session.loop().run(() -> {
                            if (done.failed()) {
                                answer.accept(new Event.Refused(Status.NOT_ENOUGH_BANDWIDTH));
                            } else if (wanted.getAsBoolean() && !closed) {
                                answer.accept(bound(track, udp, done.result()));
                            } else {
                                done.result().close();
                            }
                        }));
        }
    }

    private Event bound(PublisherTrack track, Leg.Udp leg, UdpPair pair) {
        track.leg = leg;
        track.pair = pair;
        track.reportsTo = new InetSocketAddress(session.connection().peer(), leg.rtcp());
        int low = pair.rtp().address().getPort();
        return new Event.Opened(new Transport.Pair(low, low + 1), -1, "");
    }

    void closeTrack(int index) {
        PublisherTrack track = tracks[index];
        if (track.leg instanceof Leg.Interleaved(int rtp, int rtcp)) {
            session.connection().forget(rtp, rtcp);
        }
        track.close();
    }

    void record(boolean on) {
        recording = on;
    }

    /** An interleaved packet: TCP keeps the order. */
    void rtp(int index, ByteBuffer view, int offset, int length, long now) {
        if (!recording) {
            counters.stray();
        } else if (!tracks[index].inOrder(view, offset, length, now)) {
            counters.invalid();
        }
    }

    private boolean isPeer(InetSocketAddress from) {
        boolean peer = from.getAddress().equals(session.connection().peer());
        if (!peer) {
            counters.foreign();
        }
        return peer;
    }

    private void datagram(int index, ByteBuf packet, InetSocketAddress from) {
        if (!isPeer(from)) {
            return;
        }
        long now = session.room().edge().node().clock().nanos();
        session.heardRtp(now);
        if (!recording) {
            counters.stray();
        } else if (!tracks[index].anyOrder(packet, now)) {
            counters.invalid();
        }
    }

    private void control(int index, ByteBuf packet, InetSocketAddress from) {
        if (isPeer(from)) {
            ByteBuffer view = packet.internalNioBuffer(packet.readerIndex(), packet.readableBytes());
            long now = session.room().edge().node().clock().nanos();
            session.heardRtcp(now);
            rtcp(index, view, view.position(), view.remaining(), now);
        }
    }

    /** The publisher's reports; its clock goes on to the readers. */
    void rtcp(int index, ByteBuffer view, int offset, int length, long now) {
        try {
            for (Rtcp packet : Rtcp.parseCompound(view, offset, length)) {
                if (packet instanceof Rtcp.SenderReport report) {
                    session.heardRtp(now);
                    tracks[index].stats.onSenderReport(report.ntp(), now);
                    publication.senderReport(index, report.ntp().bits(), report.rtpTimestamp());
                }
            }
        } catch (Malformed malformed) {
            counters.invalid();
        }
    }

    private void report(long now) {
        for (PublisherTrack track : tracks) {
            if (track.leg != null && track.stats.received() > 0) {
                Rtcp.ReceiverReport report =
                        new Rtcp.ReceiverReport(ownSsrc, List.of(track.stats.report(track.ssrc, now)));
                Rtcp name = Rtcp.SourceDescription.cname(ownSsrc, publication.publicId());
                send(track, Rtcp.encode(List.of(report, name)));
            }
        }
    }

    private void send(PublisherTrack track, byte[] packet) {
        UdpPair pair = track.pair;
        @Nullable InetSocketAddress to = track.reportsTo;
        if (track.leg instanceof Leg.Interleaved(int _, int rtcp)) {
            session.connection().write(rtcp, packet);
        } else if (pair != null && to != null) {
            pair.rtcp().write(Unpooled.wrappedBuffer(packet), to);
            pair.rtcp().flush();
        }
    }

    /** @param goodbye whether the publisher said so, rather than vanished */
    void close(boolean goodbye) {
        closed = true;
        reports.cancel();
        for (int i = 0; i < tracks.length; i++) {
            closeTrack(i);
        }
        if (goodbye) {
            publication.end();
        } else {
            publication.abandon();
        }
    }
}
