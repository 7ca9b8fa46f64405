package dev.millrace.edges.rtsp;

import dev.millrace.platform.contracts.StreamPath;
import dev.millrace.platform.lanes.Closed;
import dev.millrace.platform.lanes.InterleavedReader;
import dev.millrace.platform.lanes.ReaderListener;
import dev.millrace.platform.lanes.Subscription;
import dev.millrace.platform.lanes.TrackStart;
import dev.millrace.platform.lanes.UdpReader;
import dev.millrace.platform.runtime.UdpPort;
import dev.millrace.protocols.rtp.NtpTime;
import dev.millrace.protocols.rtp.Rtcp;
import dev.millrace.protocols.rtsp.Event;
import dev.millrace.protocols.rtsp.Leg;
import dev.millrace.protocols.rtsp.Status;
import dev.millrace.protocols.rtsp.Transport;
import dev.millrace.protocols.wire.Malformed;
import io.netty.buffer.Unpooled;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What one session reads: its hold on the stream, the legs of its tracks, and its sender reports. Owned by the session's loop.
 */
final class ReaderMedia implements ReaderListener {
    private final EdgeSession session;
    private final Subscription subscription;
    private final @Nullable Leg[] legs;
    private @Nullable WatchedReader active;
    private ReaderPorts.@Nullable Shared ports;
    private boolean closed;

    ReaderMedia(EdgeSession session, Subscription subscription) {
        this.session = session;
        this.subscription = subscription;
        this.legs = new @Nullable Leg[subscription.tracks().size()];
    }

    StreamPath path() {
        return subscription.claim().path();
    }

    byte[] description() {
        return ReaderDescription.of(subscription.tracks());
    }

    List<String> controls() {
        return ReaderDescription.ownControls(subscription.tracks());
    }

    /**
     * Makes the leg of a track.
     *
     * @param wanted whether the answer is still waited for when it comes
     */
    void open(int track, Leg leg, BooleanSupplier wanted, Consumer<Event> answer) {
        subscription.prepare();
        switch (leg) {
            case Leg.Interleaved(int rtp, int rtcp) -> {
                legs[track] = leg;
                session.connection().use(rtp, rtcp, session, track);
                answer.accept(new Event.Opened(null, -1, ""));
            }
            case Leg.Udp udp -> {
                if (ports != null) {
                    answer.accept(bound(track, udp, ports));
                    return;
                }
                session.room().readers().take().onComplete(done -> {
                    if (done.failed()) {
                        answer.accept(new Event.Refused(Status.NOT_ENOUGH_BANDWIDTH));
                    } else if (wanted.getAsBoolean() && !closed) {
                        ports = done.result();
                        answer.accept(bound(track, udp, done.result()));
                    } else {
                        done.result().release();
                    }
                });
            }
        }
    }

    private Event bound(int track, Leg.Udp leg, ReaderPorts.Shared shared) {
        legs[track] = leg;
        session.room().expectRtcp(peer(leg.rtcp()), this);
        int low = shared.rtp().address().getPort();
        return new Event.Opened(new Transport.Pair(low, low + 1), -1, "");
    }

    private ReaderPorts.Shared ports() {
        if (ports == null) {
            throw new IllegalStateException("no UDP track is set up");
        }
        return ports;
    }

    private InetSocketAddress peer(int port) {
        return new InetSocketAddress(session.connection().peer(), port);
    }

    void closeTrack(int track) {
        switch (legs[track]) {
            case null -> {}
            case Leg.Interleaved(int rtp, int rtcp) -> session.connection().forget(rtp, rtcp);
            case Leg.Udp(int _, int rtcp) -> session.room().forgetRtcp(peer(rtcp), this);
        }
        legs[track] = null;
    }

    /** Lets these tracks flow, from the last key frame on. */
    void play(Set<Integer> tracks) {
        stop();
        WatchedReader next = tracks.stream().anyMatch(track -> legs[track] instanceof Leg.Udp)
                ? new WatchedReader(udp(tracks), legs.length)
                : new WatchedReader(interleaved(tracks), legs.length);
        active = next;
        subscription.attach(next);
    }

    private InterleavedReader interleaved(Set<Integer> tracks) {
        int[] channels = new int[legs.length];
        Arrays.fill(channels, -1);
        for (int track : tracks) {
            if (legs[track] instanceof Leg.Interleaved(int rtp, int _)) {
                channels[track] = rtp;
            }
        }
        return subscription.interleaved(session.connection().channel(), channels, this);
    }

    private UdpReader udp(Set<Integer> tracks) {
        UdpPort[] from = new UdpPort[legs.length];
        Arrays.fill(from, ports().rtp());
        @Nullable InetSocketAddress[] destinations = new @Nullable InetSocketAddress[legs.length];
        for (int track : tracks) {
            if (legs[track] instanceof Leg.Udp(int rtp, int _)) {
                destinations[track] = peer(rtp);
            }
        }
        return subscription.udp(from, destinations, this);
    }

    /** Lets only these tracks go on; the one that goes on begins anew at the last key frame. */
    void pause(Set<Integer> tracks) {
        if (tracks.isEmpty()) {
            stop();
        } else {
            play(tracks);
        }
    }

    void stop() {
        WatchedReader before = active;
        active = null;
        if (before != null) {
            subscription.detach();
            before.stop();
        }
    }

    void writable() {
        if (active != null) {
            active.writable();
        }
    }

    @Override
    public void started(List<TrackStart> starts) {
        session.on(new Event.Started(starts.stream()
                .filter(TrackStart::known)
                .map(start -> new Event.Start(start.track(), start.sequence(), start.timestamp()))
                .toList()));
    }

    @Override
    public void report(int track, long ntp, long timestamp) {
        WatchedReader from = active;
        if (from == null || !from.knows(track)) {
            return;
        }
        Rtcp.SenderReport report = new Rtcp.SenderReport(
                from.ssrc(track),
                new NtpTime(ntp),
                timestamp,
                from.packets(track) & 0xFFFF_FFFFL,
                from.payloadBytes(track) & 0xFFFF_FFFFL,
                List.of());
        send(track, Rtcp.encode(List.of(report, Rtcp.SourceDescription.cname(from.ssrc(track), cname()))));
    }

    private String cname() {
        return subscription.claim().publicId();
    }

    private void send(int track, byte[] packet) {
        switch (legs[track]) {
            case null -> {}
            case Leg.Interleaved(int _, int rtcp) -> session.connection().write(rtcp, packet);
            case Leg.Udp(int _, int rtcp) -> {
                UdpPort port = ports().rtcp();
                port.write(Unpooled.wrappedBuffer(packet), peer(rtcp));
                port.flush();
            }
        }
    }

    @Override
    public void closed(Closed why) {
        active = null;
        session.on(new Event.SourceGone());
    }

    /** RTCP over UDP, from the address that SETUP named. */
    void rtcp(ByteBuffer packet) {
        session.heardRtcp(session.room().edge().node().clock().nanos());
        rtcp(packet, packet.position(), packet.remaining());
    }

    /** A receiver's report; only the loss it tells is of interest. */
    void rtcp(ByteBuffer view, int offset, int length) {
        try {
            for (Rtcp packet : Rtcp.parseCompound(view, offset, length)) {
                if (packet instanceof Rtcp.ReceiverReport report
                        && report.blocks().stream().anyMatch(block -> block.fractionLost() > 0)) {
                    session.room().edge().counters().lossReported();
                }
            }
        } catch (Malformed malformed) {
            session.room().edge().counters().invalid();
        }
    }

    /** @param bye whether the reader is to be told that nothing more will come */
    void close(boolean bye) {
        WatchedReader before = active;
        for (int track = 0; track < legs.length; track++) {
            if (bye && before != null && before.knows(track) && legs[track] instanceof Leg.Udp) {
                send(track, goodbye(before.ssrc(track)));
            }
        }
        stop();
        for (int track = 0; track < legs.length; track++) {
            closeTrack(track);
        }
        closed = true;
        if (ports != null) {
            ports.release();
            ports = null;
        }
    }

    private byte[] goodbye(long ssrc) {
        return Rtcp.encode(List.of(
                new Rtcp.ReceiverReport(ssrc, List.of()),
                Rtcp.SourceDescription.cname(ssrc, cname()),
                new Rtcp.Bye(List.of(ssrc), "")));
    }
}
