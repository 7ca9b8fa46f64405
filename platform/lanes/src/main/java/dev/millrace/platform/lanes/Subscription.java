package dev.millrace.platform.lanes;

import dev.millrace.platform.contracts.Streams.Claim;
import dev.millrace.platform.runtime.Loop;
import dev.millrace.platform.runtime.UdpPort;
import io.netty.channel.Channel;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** One reader's hold on a stream. Owned by the loop it was opened for. */
public final class Subscription {
    private final Lanes lanes;
    private final Claim claim;
    private final Tracks tracks;
    private final Loop loop;
    private @Nullable Lane lane;
    private @Nullable Reader attached;

    Subscription(Lanes lanes, Claim claim, Tracks tracks, Loop loop) {
        this.lanes = lanes;
        this.claim = claim;
        this.tracks = tracks;
        this.loop = loop;
    }

    public Claim claim() {
        return claim;
    }

    public Tracks tracks() {
        return tracks;
    }

    private Lane lane() {
        Lane known = lane;
        if (known == null || known.isClosed()) {
            known = lanes.lane(claim, tracks);
            lane = known;
        }
        return known;
    }

    /** The stream may come to this node already: a reader is about to be attached. */
    public void prepare() {
        lane();
    }

    /** A reader over its own TCP connection; attach it to begin. {@code channels}: per track its RTP channel, -1 for not wanted. */
    public InterleavedReader interleaved(Channel channel, int[] channels, ReaderListener listener) {
        return new InterleavedReader(channel, channels, lanes.config().readers(), lane(), tracks, listener);
    }

    /** A reader over UDP; attach it to begin. {@code destinations}: per track where to, null for not wanted. */
    public UdpReader udp(UdpPort[] ports, @Nullable InetSocketAddress[] destinations, ReaderListener listener) {
        return new UdpReader(
                loop,
                ports,
                destinations,
                lanes.config().readers().bytes(),
                lanes.config().shape().packets(),
                lane(),
                listener);
    }

    /** Reading begins: {@link Reader#started} comes next. */
    public void attach(Reader reader) {
        detach();
        attached = reader;
        lane().attach(loop, reader, tracks);
    }

    /** Reading pauses or ends; {@link Reader#closed} is not called. */
    public void detach() {
        Reader reader = attached;
        attached = null;
        if (reader != null && lane != null) {
            lane.detach(loop, reader);
        }
    }
}
