package dev.millrace.verification.bench;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** One reader of the floor: says what it wants with one byte, then checks as every reader does. Owned by the load's event loop. */
final class FloorReader extends ChannelInboundHandlerAdapter implements Interleaved.Sink {
    private final char wish;
    private final TrackCheck video = new TrackCheck(true);
    private final TrackCheck audio = new TrackCheck(false);
    private final Interleaved interleaved = new Interleaved(this);
    private @Nullable Channel channel;
    private @Nullable UdpSink videoSink;
    private @Nullable UdpSink audioSink;
    private InetSocketAddress floor = new InetSocketAddress(0);
    private long marked;
    private String failure = "";

    /** @param wish {@link Floor#PLAIN} or {@link Floor#MERGED} */
    FloorReader(char wish) {
        this.wish = wish;
    }

    /** Reads by UDP instead of a connection. */
    void readFrom(InetSocketAddress address, UdpSink forVideo, UdpSink forAudio) {
        floor = address;
        videoSink = forVideo;
        audioSink = forAudio;
        forVideo.check(video);
        forAudio.check(audio);
        forVideo.send(Floor.VIDEO, address);
        forAudio.send(Floor.AUDIO, address);
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        channel = context.channel();
        context.writeAndFlush(Unpooled.wrappedBuffer(new byte[] {(byte) wish}), context.voidPromise());
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        interleaved.read(bytes);
        bytes.release();
    }

    @Override
    public void packet(int number, byte[] head, int at, int length) {
        (number == 0 ? video : audio).packet(head, at, length);
    }

    @Override
    public void response(String head, String body) {
        broken("a response of the floor");
    }

    @Override
    public void broken(String why) {
        failure = why;
    }

    void tally(Tally tally) {
        tally.add(video);
        tally.add(audio);
        tally.playing++;
        tally.leastFrames = Math.min(tally.leastFrames, video.frames - marked);
        marked = video.frames;
        if (!failure.isEmpty()) {
            tally.failed++;
            tally.failure = failure;
        }
    }

    void close() {
        Channel open = channel;
        if (open != null) {
            open.close();
        }
        if (videoSink != null && audioSink != null) {
            videoSink.send(Floor.LEAVE, floor);
            audioSink.send(Floor.LEAVE, floor);
            videoSink.close();
            audioSink.close();
        }
    }
}
