package dev.millrace.protocols.rtp;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Puts packets back into order, holding one at most for a bounded *time*: a lost packet must not stall the flow for as
 * long as it takes a count to fill up (a quiet audio track would wait for seconds). Packets in order pass straight
 * through and nothing is allocated per packet. Owned by one event loop; time is an argument.
 *
 * @param <T> the packet; whoever is handed one by the {@link Outlet} owns it
 */
public final class Reorder<T> {
    /** Where packets go: each packet offered comes out exactly once, here. */
    public interface Outlet<T> {
        /**
         * The next packet in order.
         *
         * @param gap sequence numbers missing just before it; 0 in order, and after a restart of the numbers
         */
        void next(T packet, int gap);

        /** A packet that cannot be placed: its number has passed already or it is there twice. */
        void discard(T packet);
    }

    private static final int NONE = -1;

    private final int capacity;
    private final long maxWaitMillis;
    private final Outlet<T> outlet;
    private final @Nullable Object[] held;
    private final long[] since;
    private boolean started;
    /** The number that goes out next. */
    private int expected;

    private int count;
    private int suspect = NONE;
    private long reordered;
    private long lost;
    private long discarded;

    /**
     * @param maxPackets how far ahead of a missing packet others are held; a power of two up to 4096
     * @param maxWaitMillis how long a packet waits for a missing one
     */
    public Reorder(int maxPackets, long maxWaitMillis, Outlet<T> outlet) {
        if (Integer.bitCount(maxPackets) != 1 || maxPackets > 4096) {
            throw new IllegalArgumentException("a power of two up to 4096, not " + maxPackets);
        }
        this.capacity = maxPackets;
        this.maxWaitMillis = maxWaitMillis;
        this.outlet = outlet;
        this.held = new @Nullable Object[maxPackets];
        this.since = new long[maxPackets];
    }

    /** One packet has come. */
    public void offer(int sequence, T packet, long nowMillis) {
        if (!started) {
            started = true;
            expected = sequence;
        }
        int ahead = RtpView.sequenceDistance(expected, sequence);
        if (ahead == 0) {
            suspect = NONE;
            deliver(packet, 0);
            drainReady();
        } else if (ahead > ReceptionStats.MAX_DROPOUT || ahead < -ReceptionStats.MAX_MISORDER) {
            far(sequence, packet);
        } else if (ahead < 0) {
            discarded++;
            outlet.discard(packet);
        } else if (ahead < capacity) {
            suspect = NONE;
            hold(sequence, packet, nowMillis);
        } else {
            jump(sequence, packet, ahead);
        }
        if (count > 0) {
            expire(nowMillis);
        }
    }

    /** A publisher that begins anew steps far away; one stray packet does too, so two in a row must say it. */
    private void far(int sequence, T packet) {
        if (sequence != suspect) {
            suspect = sequence + 1 & 0xFFFF;
            discarded++;
            outlet.discard(packet);
            return;
        }
        suspect = NONE;
        flush();
        expected = sequence;
        deliver(packet, 0);
    }

    private void hold(int sequence, T packet, long nowMillis) {
        int slot = sequence & capacity - 1;
        if (held[slot] != null) {
            discarded++;
            outlet.discard(packet);
            return;
        }
        held[slot] = packet;
        since[slot] = nowMillis;
        count++;
        reordered++;
    }

    /** Further ahead than can be held: nothing before it is waited for any more. */
    private void jump(int sequence, T packet, int ahead) {
        suspect = NONE;
        int before = expected;
        flush();
        int gap = ahead - RtpView.sequenceDistance(before, expected);
        lost += gap;
        expected = sequence;
        deliver(packet, gap);
    }

    private void deliver(T packet, int gap) {
        expected = expected + 1 & 0xFFFF;
        outlet.next(packet, gap);
    }

    private void drainReady() {
        while (count > 0 && held[expected & capacity - 1] != null) {
            deliver(take(expected), 0);
        }
    }

    @SuppressWarnings("unchecked")
    private T take(int sequence) {
        int slot = sequence & capacity - 1;
        T packet = (T) held[slot];
        held[slot] = null;
        count--;
        if (packet == null) {
            throw new IllegalStateException("nothing held at " + sequence);
        }
        return packet;
    }

    /** Lets go what has waited long enough: call it at {@link #deadlineMillis}. */
    public void expire(long nowMillis) {
        while (count > 0 && deadlineMillis() <= nowMillis) {
            skipGap();
        }
    }

    private void skipGap() {
        int gap = 0;
        while (held[expected & capacity - 1] == null) {
            expected = expected + 1 & 0xFFFF;
            gap++;
        }
        lost += gap;
        deliver(take(expected), gap);
        drainReady();
    }

    /** When the packet held longest must go; {@code Long.MAX_VALUE} while none is held. */
    public long deadlineMillis() {
        if (count == 0) {
            return Long.MAX_VALUE;
        }
        long oldest = Long.MAX_VALUE;
        for (int i = 0; i < capacity; i++) {
            if (held[i] != null) {
                oldest = Math.min(oldest, since[i]);
            }
        }
        return oldest + maxWaitMillis;
    }

    /** Lets everything go that is held, in order. */
    public void flush() {
        while (count > 0) {
            skipGap();
        }
    }

    /** Discards everything that is held and starts with whatever comes next: the lane is closing. */
    public void close() {
        for (int i = 0; i < capacity && count > 0; i++) {
            if (held[i] != null) {
                outlet.discard(take(i));
            }
        }
        Arrays.fill(held, null);
        started = false;
    }

    /** Packets held now. */
    public int held() {
        return count;
    }

    /** Packets that came before their turn, ever. */
    public long reordered() {
        return reordered;
    }

    /** Sequence numbers given up, ever. */
    public long lost() {
        return lost;
    }

    /** Packets discarded as late or double, ever. */
    public long discarded() {
        return discarded;
    }
}
