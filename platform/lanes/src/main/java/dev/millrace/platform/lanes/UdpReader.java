package dev.millrace.platform.lanes;

import dev.millrace.platform.runtime.Loop;
import dev.millrace.platform.runtime.Timer;
import dev.millrace.platform.runtime.UdpPort;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A reader that gets its packets by UDP, each run of equal packets as one segmented send. Whatever comes faster than the
 * stream itself, the frames kept since the last key frame or those of a lane that moved, is paced, because a burst overruns
 * the reader's socket buffer. Owned by one loop, that of its ports.
 */
public final class UdpReader implements Reader {
    /** What is late is sent at this many times the stream's bit rate, so that it is caught up with. */
    private static final int PACE = 2;

    /** Sent at once at most, bytes: a receive buffer of 208 KiB, the usual one, holds about as much. */
    private static final long BURST = 128 * 1024;

    /** The same for one that has just come, whose past would all be sent at once: players take what is early for a broken clock. */
    private static final long FIRST = 32 * 1024;

    /** How often the stream's bit rate is measured, nanoseconds. */
    private static final long RATE_SPAN = 1_000_000_000L;

    private static final Duration TICK = Duration.ofMillis(5);

    /** Pace of a stream whose bit rate is not known yet, bits per second. */
    private static final long LEAST_RATE = 2_000_000;

    private final Loop loop;
    private final UdpPort[] ports;
    private final @Nullable InetSocketAddress[] destinations;
    private final ReaderListener listener;
    private final Layouts own;
    private final ReaderCounters counters;
    private final long backlogBytesLimit;
    private final boolean ipv6;
    private final int tracks;
    private final long[] sentPackets;
    private final long[] sentBytes;
    private final ArrayDeque<Frame> backlog = new ArrayDeque<>();
    private long backlogBytes;
    private long credit;
    private long creditNanos = System.nanoTime();
    private long rate = LEAST_RATE;
    private long rateBytes;
    private long rateSinceNanos = creditNanos;
    private @Nullable Timer pump;
    private @Nullable UdpPort dirty;

    /**
     * @param ports for each track of the lane the port its packets leave from
     * @param destinations for each track where its packets go, null where the track is not wanted
     */
    UdpReader(
            Loop loop,
            UdpPort[] ports,
            @Nullable InetSocketAddress[] destinations,
            long backlogBytesLimit,
            PacketLimits limits,
            Lane lane,
            ReaderListener listener) {
        this.loop = loop;
        this.ports = ports.clone();
        this.destinations = destinations.clone();
        this.backlogBytesLimit = backlogBytesLimit;
        this.listener = listener;
        this.own = new Layouts(limits);
        this.counters = lane.counters();
        int wanted = 0;
        boolean six = false;
        for (int track = 0; track < destinations.length; track++) {
            InetSocketAddress destination = destinations[track];
            if (destination != null) {
                wanted |= 1 << track;
                six |= destination.getAddress() instanceof Inet6Address;
            }
        }
        this.tracks = wanted;
        this.ipv6 = six;
        this.sentPackets = new long[destinations.length];
        this.sentBytes = new long[destinations.length];
    }

    @Override
    public int tracks() {
        return tracks;
    }

    @Override
    public void started(List<TrackStart> starts) {
        credit = FIRST;
        creditNanos = System.nanoTime();
        listener.started(starts.stream().map(start -> start.overUdp(ipv6)).toList());
    }

    @Override
    public void replay(Frame frame, Layouts layouts) {
        enqueue(frame);
    }

    @Override
    public void deliver(Burst burst, Layouts layouts) {
        long now = System.nanoTime();
        measure(burst, now);
        refill(now);
        for (Frame frame : burst.frames()) {
            if (backlog.isEmpty() && credit > 0) {
                credit -= frame.size();
                send(frame, layouts);
            } else {
                enqueue(frame);
            }
        }
    }

    /** The stream's own bit rate; a second that was slower, or empty, does not slow the pace down at once. */
    private void measure(Burst burst, long now) {
        rateBytes += burst.bytes().readableBytes();
        if (now - rateSinceNanos >= RATE_SPAN) {
            long seen = rateBytes * 8 * 1_000 / Math.max(1, (now - rateSinceNanos) / 1_000_000);
            rate = Math.max(LEAST_RATE, Math.max(seen, rate * 7 / 8));
            rateBytes = 0;
            rateSinceNanos = now;
        }
    }

    private void refill(long now) {
        credit = Math.min(BURST, credit + (now - creditNanos) / 1_000 * (PACE * rate / 8) / 1_000_000);
        creditNanos = now;
    }

    private void enqueue(Frame frame) {
        if ((tracks & 1 << frame.track().index()) == 0) {
            return;
        }
        backlog.add(frame.retain());
        backlogBytes += frame.size();
        long span = frame.bornNanos() - backlog.getFirst().bornNanos();
        if (span > RATE_SPAN / 4) {
            rate = Math.max(rate, backlogBytes * 8 * 1_000 / (span / 1_000_000));
        }
        if (backlogBytes > backlogBytesLimit) {
            skipToKeyFrame();
        }
        if (pump == null && !backlog.isEmpty()) {
            pump = loop.every(TICK, this::pump);
        }
    }

    private void skipToKeyFrame() {
        do {
            Frame dropped = backlog.removeFirst();
            backlogBytes -= dropped.size();
            dropped.release();
            counters.droppedFrames.incrementAndGet();
        } while (!backlog.isEmpty() && !startsPicture(backlog.getFirst()));
    }

    private static boolean startsPicture(Frame frame) {
        return frame.key() && frame.track().kind() == Track.Kind.VIDEO;
    }

    private void pump() {
        refill(System.nanoTime());
        while (credit > 0 && !backlog.isEmpty()) {
            Frame frame = backlog.removeFirst();
            backlogBytes -= frame.size();
            credit -= frame.size();
            send(frame, own);
            own.clear();
            frame.release();
        }
        flush();
        if (backlog.isEmpty()) {
            stopPump();
        }
    }

    private void stopPump() {
        if (pump != null) {
            pump.cancel();
            pump = null;
        }
    }

    private void send(Frame frame, Layouts layouts) {
        int track = frame.track().index();
        InetSocketAddress destination = destinations[track];
        if (destination == null) {
            return;
        }
        UdpPort port = ports[track];
        Datagrams datagrams = layouts.datagrams(frame, ipv6);
        for (int run = 0; run < datagrams.runs(); run++) {
            port.write(datagrams.run(run), datagrams.segment(run), destination);
        }
        sentPackets[track] += datagrams.packets();
        sentBytes[track] += datagrams.size() - 12L * datagrams.packets();
        if (dirty != null && dirty != port) {
            dirty.flush();
        }
        dirty = port;
    }

    @Override
    public void flush() {
        if (dirty != null) {
            dirty.flush();
            dirty = null;
        }
    }

    @Override
    public void report(int track, long ntp, long timestamp) {
        if ((tracks & 1 << track) != 0) {
            listener.report(track, ntp, timestamp);
        }
    }

    /** RTP packets given to this reader on that track, for its sender reports. */
    public long packets(int track) {
        return sentPackets[track];
    }

    /** Their payload, bytes. */
    public long payloadBytes(int track) {
        return sentBytes[track];
    }

    @Override
    public void closed(Closed why) {
        close();
        listener.closed(why);
    }

    /** Gives back what waits; the reader was detached. */
    public void close() {
        stopPump();
        backlog.forEach(Frame::release);
        backlog.clear();
        backlogBytes = 0;
    }
}
