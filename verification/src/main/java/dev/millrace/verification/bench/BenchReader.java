package dev.millrace.verification.bench;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One RTSP reader: DESCRIBE, SETUP of every track, PLAY, then it checks what comes. Owned by the load's event loop.
 */
final class BenchReader extends ChannelInboundHandlerAdapter implements Interleaved.Sink {
    /** A track of the session. */
    private record Track(
            String control, TrackCheck check, @Nullable UdpSink udp) {}

    /** Gives the even and odd ports of a UDP track. */
    interface UdpPorts {
        UdpSink take(TrackCheck check);
    }

    private enum State {
        DESCRIBE,
        SETUP,
        PLAY,
        PLAYING
    }

    private final String url;
    private final @Nullable UdpPorts ports;
    private final Interleaved interleaved = new Interleaved(this);
    private final List<Track> tracks = new ArrayList<>();
    private State state = State.DESCRIBE;
    private int cseq;
    private int setUp;
    private String base = "";
    private String session = "";
    private @Nullable Channel channel;
    private long marked;
    private boolean closing;
    private String failure = "";

    /** @param ports where UDP packets are taken, or null for interleaved */
    BenchReader(String url, @Nullable UdpPorts ports) {
        this.url = url;
        this.ports = ports;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        channel = context.channel();
        send("DESCRIBE", url, "Accept: application/sdp\r\n");
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        interleaved.read(bytes);
        bytes.release();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        if (!closing) {
            fail("closed by the server");
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        fail(cause.toString());
    }

    @Override
    public void packet(int number, byte[] head, int at, int length) {
        if ((number & 1) == 0 && number / 2 < tracks.size()) {
            tracks.get(number / 2).check.packet(head, at, length);
        }
    }

    @Override
    public void broken(String why) {
        fail(why);
    }

    @Override
    public void response(String head, String body) {
        if (!head.startsWith("RTSP/1.0 200")) {
            fail(state + ": " + head.lines().findFirst().orElse(""));
            return;
        }
        switch (state) {
            case DESCRIBE -> described(head, body);
            case SETUP -> {
                session = Interleaved.header(head, "Session").split(";")[0];
                setUp++;
                next();
            }
            case PLAY -> state = State.PLAYING;
            case PLAYING -> {}
        }
    }

    private void described(String head, String sdp) {
        String given = Interleaved.header(head, "Content-Base");
        base = given.isEmpty() ? url : given;
        boolean inMedia = false;
        boolean video = false;
        for (String line : sdp.split("\r?\n")) {
            if (line.startsWith("m=")) {
                inMedia = true;
                video = line.startsWith("m=video");
            } else if (inMedia && line.startsWith("a=control:")) {
                TrackCheck check = new TrackCheck(video);
                tracks.add(new Track(line.substring(10).trim(), check, ports == null ? null : ports.take(check)));
            }
        }
        if (tracks.isEmpty()) {
            fail("no track in the SDP");
            return;
        }
        state = State.SETUP;
        next();
    }

    private void next() {
        if (setUp == tracks.size()) {
            state = State.PLAY;
            send("PLAY", base, "Session: " + session + "\r\nRange: npt=0.000-\r\n");
            return;
        }
        Track track = tracks.get(setUp);
        String transport = track.udp == null
                ? "RTP/AVP/TCP;unicast;interleaved=" + 2 * setUp + "-" + (2 * setUp + 1)
                : "RTP/AVP;unicast;client_port=" + track.udp.port() + "-" + (track.udp.port() + 1);
        String control = track.control.startsWith("rtsp:")
                ? track.control
                : base + (base.endsWith("/") ? "" : "/") + track.control;
        send(
                "SETUP",
                control,
                (session.isEmpty() ? "" : "Session: " + session + "\r\n") + "Transport: " + transport + "\r\n");
    }

    private void send(String method, String target, String headers) {
        Channel to = channel;
        if (to != null) {
            to.writeAndFlush(
                    Unpooled.wrappedBuffer(Interleaved.request(method, target, ++cseq, headers)), to.voidPromise());
        }
    }

    void keepAlive() {
        if (state == State.PLAYING) {
            send("GET_PARAMETER", base, "Session: " + session + "\r\n");
        }
    }

    void fail(String why) {
        if (failure.isEmpty()) {
            failure = why;
        }
    }

    /** Adds this reader's counts. */
    void tally(Tally tally) {
        long frames = 0;
        for (Track track : tracks) {
            tally.add(track.check);
            frames += track.check.video() ? track.check.frames : 0;
        }
        if (state == State.PLAYING && failure.isEmpty()) {
            tally.playing++;
        }
        tally.leastFrames = Math.min(tally.leastFrames, frames - marked);
        marked = frames;
        if (!failure.isEmpty()) {
            tally.failed++;
            tally.failure = failure;
        }
    }

    void close() {
        closing = true;
        send("TEARDOWN", base, "Session: " + session + "\r\n");
        Channel open = channel;
        if (open != null) {
            open.close();
        }
        for (Track track : tracks) {
            if (track.udp != null) {
                track.udp.close();
            }
        }
    }
}
