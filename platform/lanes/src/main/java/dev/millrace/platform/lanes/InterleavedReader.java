package dev.millrace.platform.lanes;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import java.util.List;

/** A reader whose packets are interleaved with the messages of its TCP connection (RFC 2326 section 10.12). Owned by the channel's loop. */
public final class InterleavedReader implements Reader {
    private final Channel channel;
    private final ReaderListener listener;
    private final SendQueue queue;
    private final int[] channels;
    private final int tracks;
    private final boolean plain;
    private final int all;
    private final long[] sentPackets;
    private final long[] sentBytes;

    /**
     * @param channels for each track of the lane its RTP channel, or -1 where the track is not wanted
     */
    InterleavedReader(
            Channel channel,
            int[] channels,
            SendQueue.Limits limits,
            Lane lane,
            Tracks described,
            ReaderListener listener) {
        this.channel = channel;
        this.listener = listener;
        this.channels = channels.clone();
        int wanted = 0;
        boolean asLaidOut = true;
        for (int track = 0; track < channels.length; track++) {
            if (channels[track] >= 0) {
                wanted |= 1 << track;
            }
            asLaidOut &= channels[track] == 2 * track;
        }
        this.tracks = wanted;
        this.queue = new SendQueue(channel, limits, described.hasKeyFrames(wanted), lane.counters());
        this.plain = asLaidOut;
        this.all = channels.length;
        this.sentPackets = new long[all];
        this.sentBytes = new long[all];
    }

    @Override
    public int tracks() {
        return tracks;
    }

    @Override
    public void started(List<TrackStart> starts) {
        listener.started(starts);
    }

    @Override
    public void replay(Frame frame, Layouts layouts) {
        offer(frame, layouts, System.nanoTime());
    }

    @Override
    public void deliver(Burst burst, Layouts layouts) {
        if (plain && queue.clear()) {
            for (Frame frame : burst.frames()) {
                count(frame);
            }
            queue.offer(burst.bytes().retainedDuplicate(), false, 0);
            return;
        }
        long now = System.nanoTime();
        if (queue.stalled(now)) {
            channel.close();
            return;
        }
        for (Frame frame : burst.frames()) {
            offer(frame, layouts, now);
        }
    }

    private void offer(Frame frame, Layouts layouts, long now) {
        int track = frame.track().index();
        if ((tracks & 1 << track) == 0) {
            return;
        }
        ByteBuf bytes = layouts.interleaved(frame, channels[track]);
        count(frame);
        queue.offer(bytes.retainedDuplicate(), frame.key() && frame.track().kind() == Track.Kind.VIDEO, now);
    }

    private void count(Frame frame) {
        int track = frame.track().index();
        sentPackets[track] += frame.packets();
        sentBytes[track] += frame.size() - (long) frame.packets() * (Frame.PREFIX + 12);
    }

    @Override
    public void flush() {
        queue.flush();
    }

    @Override
    public void report(int track, long ntp, long timestamp) {
        if (track < all && channels[track] >= 0) {
            listener.report(track, ntp, timestamp);
        }
    }

    /** Call it when the channel became writable again. */
    public void writable() {
        queue.drain();
    }

    /** RTP packets given to this reader on that track, for its sender reports. */
    public long packets(int track) {
        return sentPackets[track];
    }

    /** Their payload, bytes. */
    public long payloadBytes(int track) {
        return sentBytes[track];
    }

    /** Frames dropped because the reader was too slow. */
    public long dropped() {
        return queue.dropped();
    }

    @Override
    public void closed(Closed why) {
        queue.close();
        listener.closed(why);
    }

    /** Gives back what waits; the reader was detached. */
    public void close() {
        queue.close();
    }
}
