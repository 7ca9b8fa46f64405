package dev.millrace.platform.doors.sip;

import dev.millrace.protocols.sip.transaction.TransactionKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Non-INVITE transactions that have been answered over UDP: RFC 3261 figure 8, state Completed. All that is left of one is its
 * response, for repetitions, until timer J. They stand in spans of time of which the oldest is dropped whole, so that ending one
 * costs nothing: looking at each of tens of thousands that were last touched half a minute ago cost more than answering it had.
 * An entry lives for timer J and up to one span more; where there is no room for that, the oldest span goes early. Owned by one
 * event loop.
 */
final class Answered {
    /** Full spans that are kept beside the one that fills. */
    private static final int SPANS = 2;

    private final int limit;
    private final List<Span> spans = new ArrayList<>();

    /**
     * What answers repetitions.
     *
     * @param response nothing where nothing may be answered, RFC 4320 section 4.2
     */
    record Reply(byte @Nullable [] response, Outlet back) {
        void again() {
            if (response != null) {
                back.send(response, () -> {});
            }
        }
    }

    /** Those of one span. */
    private record Span(Map<TransactionKey, Reply> replies, Set<RequestId> merging) {
        /** @param expected entries */
        Span(int expected) {
            this(HashMap.newHashMap(expected), new HashSet<>());
        }
    }

    /** @param limit entries that it holds at the most */
    Answered(int limit) {
        this.limit = limit;
        spans.add(new Span(0));
    }

    /** After this long {@link #turn} is due. */
    static Duration span(Duration timerJ) {
        return timerJ.dividedBy(SPANS);
    }

    /** @param merging what another way of the same request is known by; null where it may come by several */
    void put(TransactionKey key, Reply reply, @Nullable RequestId merging) {
        if (spans.getLast().replies.size() >= Math.max(1, limit / (SPANS + 1))) {
            turn();
        }
        Span now = spans.getLast();
        now.replies.put(key, reply);
        if (merging != null) {
            now.merging.add(merging);
        }
    }

    @Nullable
    Reply get(TransactionKey key) {
        for (int i = spans.size() - 1; i >= 0; i--) {
            Reply reply = spans.get(i).replies.get(key);
            if (reply != null) {
                return reply;
            }
        }
        return null;
    }

    /** Whether that request has been answered, by whatever way it came. */
    boolean has(RequestId request) {
        for (Span span : spans) {
            if (span.merging.contains(request)) {
                return true;
            }
        }
        return false;
    }

    /** The oldest span ends, a new one begins. */
    void turn() {
        if (spans.size() > SPANS) {
            spans.removeFirst();
        }
        spans.add(new Span(spans.getLast().replies.size()));
    }

    int size() {
        int size = 0;
        for (Span span : spans) {
            size += span.replies.size();
        }
        return size;
    }

    void clear() {
        spans.clear();
        spans.add(new Span(0));
    }
}
