package dev.millrace.platform.doors.sip;

import dev.millrace.protocols.sip.transaction.TransactionKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Transactions of which nothing is left to do but to take repetitions: non-INVITE ones that have been answered over UDP (RFC 3261
 * figure 8, state Completed, until timer J), each with its response, and INVITE ones whose only callee has answered 2xx (RFC 6026
 * figure 7, state Accepted, until timer L), which stay silent. They stand in spans of time of which the oldest is dropped whole, so
 * that ending one costs nothing: looking at each of tens of thousands that were last touched half a minute ago cost more than
 * answering it had. What finds one is a keyed hash of 64 bits, and the responses lie behind each other in a few long arrays, because
 * the collector would copy every object that stays for so long several times, and it is quick with few.
 * An entry lives for timer J and up to one span more; where there is no room for that, the oldest span goes early. Owned by one
 * event loop.
 */
final class Answered {
    /** Full spans that are kept beside the one that fills. */
    private static final int SPANS = 2;

    /** Entries that a span has room for at first. */
    private static final int ROOM = 64;

    /** Bits of a place that say which byte of an array of responses; the others say which array. */
    private static final int CHUNK_BITS = 16;

    /** Bytes of an array of responses; a longer response has one of its own. */
    private static final int CHUNK = 1 << CHUNK_BITS;

    private static final byte[] NOTHING = {};

    private final int limit;
    private final SipHash hash;
    private final List<Span> spans = new ArrayList<>();

    /** The entries of one span: open addressing, and in their own order what grows at its end only. */
    private static final class Span {
        /** Entries that are transactions; the others are what one is known by that must not be merged. */
        private int transactions;

        private int size;
        private int[] table;
        private long[] keys;
        private @Nullable Outlet[] backs;

        /** Where the response of an entry begins: the chunk, and the byte in its lower half. */
        private int[] places;

        /** How long it is; 0 where there is none. */
        private int[] lengths;

        private final List<byte[]> chunks = new ArrayList<>();
        private byte[] chunk = NOTHING;
        private int used;

        /** @param expected entries */
        Span(int expected) {
            int room = Math.max(ROOM, Integer.highestOneBit(Math.max(1, expected - 1)) * 2);
            this.table = new int[room * 2];
            this.keys = new long[room];
            this.backs = new Outlet[room];
            this.places = new int[room];
            this.lengths = new int[room];
        }

        /** Where that key is; -1 where it is not. */
        int find(long key) {
            for (int at = (int) key & table.length - 1; table[at] != 0; at = at + 1 & table.length - 1) {
                if (keys[table[at] - 1] == key) {
                    return table[at] - 1;
                }
            }
            return -1;
        }

        void put(long key, byte @Nullable [] response, @Nullable Outlet back) {
            int index = find(key);
            if (index < 0) {
                if (size == keys.length) {
                    grow();
                }
                index = size++;
                keys[index] = key;
                place(index);
            }
            backs[index] = back;
            keep(index, response == null ? NOTHING : response);
        }

        private void keep(int index, byte[] response) {
            if (used + response.length > chunk.length) {
                chunk = new byte[Math.max(CHUNK, response.length)];
                chunks.add(chunk);
                used = 0;
            }
            System.arraycopy(response, 0, chunk, used, response.length);
            places[index] = chunks.size() - 1 << CHUNK_BITS | used & CHUNK - 1;
            lengths[index] = response.length;
            used += response.length;
        }

        /** The response of an entry; null where there is none. */
        byte @Nullable [] response(int index) {
            int from = places[index] & CHUNK - 1;
            return lengths[index] == 0
                    ? null
                    : Arrays.copyOfRange(chunks.get(places[index] >>> CHUNK_BITS), from, from + lengths[index]);
        }

        private void place(int index) {
            int at = (int) keys[index] & table.length - 1;
            while (table[at] != 0) {
                at = at + 1 & table.length - 1;
            }
            table[at] = index + 1;
        }

        private void grow() {
            int room = size * 2;
            keys = Arrays.copyOf(keys, room);
            places = Arrays.copyOf(places, room);
            lengths = Arrays.copyOf(lengths, room);
            backs = Arrays.copyOf(backs, room);
            table = new int[room * 2];
            for (int i = 0; i < size; i++) {
                place(i);
            }
        }
    }

    /**
     * @param limit transactions that it holds at the most
     * @param hash with a key that nobody knows, or somebody could make two requests share their answer
     */
    Answered(int limit, SipHash hash) {
        this.limit = limit;
        this.hash = hash;
        spans.add(new Span(0));
    }

    /** After this long {@link #turn} is due. */
    static Duration span(Duration timerJ) {
        return timerJ.dividedBy(SPANS);
    }

    /**
     * @param response nothing where nothing may be answered: RFC 4320 section 4.2, RFC 6026 section 7.1
     * @param back the way of the response
     * @param id what another way of the same request, or its ACK, is known by; null where it may come by several
     */
    void put(TransactionKey key, byte @Nullable [] response, Outlet back, @Nullable RequestId id) {
        if (spans.getLast().transactions >= Math.max(1, limit / (SPANS + 1))) {
            turn();
        }
        Span now = spans.getLast();
        now.transactions++;
        now.put(hash(key), response, back);
        if (id != null) {
            now.put(hash(id), null, null);
        }
    }

    /** Answers a repetition; false where nothing is known of such a request. */
    boolean again(TransactionKey key) {
        long wanted = hash(key);
        for (int i = spans.size() - 1; i >= 0; i--) {
            Span span = spans.get(i);
            int at = span.find(wanted);
            if (at >= 0) {
                byte[] response = span.response(at);
                Outlet back = span.backs[at];
                if (response != null && back != null) {
                    back.send(response, () -> {});
                }
                return true;
            }
        }
        return false;
    }

    /** Whether that transaction is here. */
    boolean has(TransactionKey key) {
        return has(hash(key));
    }

    /** Whether that request has been answered, by whatever way it came. */
    boolean has(RequestId request) {
        return has(hash(request));
    }

    private boolean has(long wanted) {
        for (Span span : spans) {
            if (span.find(wanted) >= 0) {
                return true;
            }
        }
        return false;
    }

    private long hash(TransactionKey key) {
        return hash.of(key.branch(), key.host(), key.method(), key.port());
    }

    /** Another number of texts than a key of a transaction has: the two are never taken for each other. */
    private long hash(RequestId request) {
        return hash.of(request.callId(), request.fromTag(), request.method(), "", request.number());
    }

    /** The oldest span ends, a new one begins. */
    void turn() {
        if (spans.size() > SPANS) {
            spans.removeFirst();
        }
        spans.add(new Span(spans.getLast().size));
    }

    /** Transactions that are kept. */
    int size() {
        int size = 0;
        for (Span span : spans) {
            size += span.transactions;
        }
        return size;
    }

    void clear() {
        spans.clear();
        spans.add(new Span(0));
    }
}
