package dev.millrace.protocols.hls;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Brings the units of several tracks into the order of their decoding times. A track that is silent holds the others up for
 * {@link #MAX_WAIT_90K} of media time and not longer. Owned by one packager loop.
 */
final class Interleave {
    /** Media time that a unit waits for the other tracks: 1 s. */
    static final long MAX_WAIT_90K = 90_000;

    /** Units of one track that wait, whatever their times say. */
    static final int MAX_UNITS = 512;

    /** A unit and the track it belongs to. */
    record Tagged(int stream, TimedUnit unit) {}

    private final List<Deque<TimedUnit>> queues = new ArrayList<>();

    Interleave(int streams) {
        for (int i = 0; i < streams; i++) {
            queues.add(new ArrayDeque<>());
        }
    }

    List<Tagged> add(int stream, TimedUnit unit) {
        queues.get(stream).addLast(unit);
        List<Tagged> ready = new ArrayList<>();
        while (true) {
            Tagged next = earliest();
            if (next == null || !mayGo(next)) {
                return ready;
            }
            queues.get(next.stream).removeFirst();
            ready.add(next);
        }
    }

    List<Tagged> end() {
        List<Tagged> rest = new ArrayList<>();
        for (Tagged next = earliest(); next != null; next = earliest()) {
            queues.get(next.stream).removeFirst();
            rest.add(next);
        }
        return rest;
    }

    private @Nullable Tagged earliest() {
        Tagged earliest = null;
        for (int i = 0; i < queues.size(); i++) {
            TimedUnit head = queues.get(i).peekFirst();
            if (head != null && (earliest == null || head.dts90k() < earliest.unit.dts90k())) {
                earliest = new Tagged(i, head);
            }
        }
        return earliest;
    }

    /** Every other track has shown what it comes with next, or has been waited for long enough. */
    private boolean mayGo(Tagged next) {
        long newest = Long.MIN_VALUE;
        boolean silent = false;
        for (Deque<TimedUnit> queue : queues) {
            TimedUnit last = queue.peekLast();
            if (last == null) {
                silent = true;
            } else {
                newest = Math.max(newest, last.dts90k());
            }
            if (queue.size() > MAX_UNITS) {
                return true;
            }
        }
        return !silent || newest - next.unit.dts90k() >= MAX_WAIT_90K;
    }
}
