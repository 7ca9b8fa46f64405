package dev.millrace.platform.lanes;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import java.util.ArrayDeque;

/**
 * What waits to be written to one TCP peer, bounded in time and bytes. When the bound is reached whole frames are dropped up
 * to the next key frame, counted, and nobody else is touched. Owned by the channel's loop.
 */
final class SendQueue {
    /**
     * @param waitNanos how long a frame may wait
     * @param bytes how much may wait
     * @param stallNanos how long the peer may take nothing at all before it is cut off
     */
    record Limits(long waitNanos, long bytes, long stallNanos) {}

    private record Waiting(ByteBuf bytes, boolean key, long sinceNanos) {}

    private final Channel channel;
    private final Limits limits;
    private final boolean hasKeyFrames;
    private final ReaderCounters counters;
    private final ArrayDeque<Waiting> queue = new ArrayDeque<>();
    private long queuedBytes;
    private long blockedSinceNanos = Long.MIN_VALUE;
    private boolean awaitsKey;
    private boolean dirty;
    private long dropped;

    /** @param hasKeyFrames whether a key frame will come to start again at after a drop */
    SendQueue(Channel channel, Limits limits, boolean hasKeyFrames, ReaderCounters counters) {
        this.channel = channel;
        this.limits = limits;
        this.hasKeyFrames = hasKeyFrames;
        this.counters = counters;
    }

    /** Whether a write would go straight to the channel. */
    boolean clear() {
        return queue.isEmpty() && !awaitsKey && channel.isWritable();
    }

    /** Writes or queues the bytes of one or several frames, and takes them over. */
    void offer(ByteBuf bytes, boolean key, long nowNanos) {
        if (awaitsKey && !key) {
            drop(bytes);
            return;
        }
        awaitsKey = false;
        if (queue.isEmpty() && channel.isWritable()) {
            write(bytes);
            return;
        }
        if (blockedSinceNanos == Long.MIN_VALUE) {
            blockedSinceNanos = nowNanos;
        }
        queue.add(new Waiting(bytes, key, nowNanos));
        queuedBytes += bytes.readableBytes();
        if (nowNanos - queue.getFirst().sinceNanos > limits.waitNanos || queuedBytes > limits.bytes) {
            skipToKeyFrame();
        }
    }

    /** Bytes that are no frame and must not be dropped, such as a report; small, and few. */
    void offerControl(ByteBuf bytes) {
        if (queue.isEmpty()) {
            write(bytes);
        } else {
            // Between frames of the channel's order it matters little when a report arrives.
            channel.write(bytes, channel.voidPromise());
            dirty = true;
        }
    }

    private void write(ByteBuf bytes) {
        channel.write(bytes, channel.voidPromise());
        blockedSinceNanos = Long.MIN_VALUE;
        dirty = true;
    }

    private void skipToKeyFrame() {
        do {
            remove();
        } while (!queue.isEmpty() && !queue.getFirst().key);
        awaitsKey = queue.isEmpty() && hasKeyFrames;
    }

    private void remove() {
        Waiting waiting = queue.removeFirst();
        queuedBytes -= waiting.bytes.readableBytes();
        drop(waiting.bytes);
    }

    private void drop(ByteBuf bytes) {
        bytes.release();
        dropped++;
        counters.droppedFrames.incrementAndGet();
    }

    /** Sends on what waits, as far as the channel takes it. Call it when the channel became writable. */
    void drain() {
        if (channel.isWritable()) {
            blockedSinceNanos = Long.MIN_VALUE;
        }
        while (!queue.isEmpty() && channel.isWritable()) {
            Waiting next = queue.removeFirst();
            queuedBytes -= next.bytes.readableBytes();
            write(next.bytes);
        }
        flush();
    }

    void flush() {
        if (dirty) {
            dirty = false;
            channel.flush();
        }
    }

    /** Whether the peer has taken nothing for longer than the limit. */
    boolean stalled(long nowNanos) {
        return blockedSinceNanos != Long.MIN_VALUE && nowNanos - blockedSinceNanos > limits.stallNanos;
    }

    /** Frames dropped so far. */
    long dropped() {
        return dropped;
    }

    /** Bytes waiting here, beside what the channel itself holds. */
    long waiting() {
        return queuedBytes;
    }

    void close() {
        queue.forEach(waiting -> waiting.bytes.release());
        queue.clear();
        queuedBytes = 0;
    }
}
