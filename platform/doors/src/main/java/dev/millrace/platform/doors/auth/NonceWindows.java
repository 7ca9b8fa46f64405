package dev.millrace.platform.doors.auth;

import dev.millrace.platform.contracts.Nonces.Outcome;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Which nonce counts were used, of the nonces that this node issued. A nonce enters with its first right use, so that nobody without
 * a password takes room here. When the table is full the nonce that entered first is forgotten, and with it every nonce issued up to
 * the same moment that has not entered: what is not remembered cannot be told from a replay. May be used from any thread.
 */
final class NonceWindows {
    /** Counts that may come out of order: the newest and so many before it. */
    static final int WINDOW = 64;

    /** Threads that may look at once. */
    private static final int STRIPES = 16;

    private static final int HASH_MIX = 0x9E3779B9;

    private final Stripe[] stripes = new Stripe[STRIPES];

    /**
     * @param limit nonces remembered
     * @param floorMillis nonces issued before are unknown: this process has not seen them used
     */
    NonceWindows(int limit, long floorMillis) {
        for (int i = 0; i < STRIPES; i++) {
            stripes[i] = new Stripe(Math.max(1, limit / STRIPES), floorMillis);
        }
    }

    /** Counts one use. */
    Outcome use(long id, long issuedMillis, long count) {
        return stripes[Long.hashCode(id) * HASH_MIX >>> 28].use(id, issuedMillis, count);
    }

    /** Nonces remembered now. */
    int size() {
        int size = 0;
        for (Stripe stripe : stripes) {
            size += stripe.size();
        }
        return size;
    }

    /** The counts of one nonce: the highest, and a bit for each of the {@link #WINDOW} up to it. */
    private static final class Counts {
        private final long issuedMillis;
        private long highest;
        private long used;

        private Counts(long issuedMillis, long first) {
            this.issuedMillis = issuedMillis;
            this.highest = first;
            this.used = 1;
        }

        private boolean use(long count) {
            if (count > highest) {
                long step = count - highest;
                used = step >= WINDOW ? 1 : used << step | 1;
                highest = count;
                return true;
            }
            long back = highest - count;
            if (back >= WINDOW || (used >>> back & 1) != 0) {
                return false;
            }
            used |= 1L << back;
            return true;
        }
    }

    private static final class Stripe {
        private final int limit;
        private final Map<Long, Counts> known = new LinkedHashMap<>();
        private long floorMillis;

        private Stripe(int limit, long floorMillis) {
            this.limit = limit;
            this.floorMillis = floorMillis;
        }

        private synchronized Outcome use(long id, long issuedMillis, long count) {
            Counts counts = known.get(id);
            if (counts != null) {
                return counts.use(count) ? Outcome.FRESH : Outcome.REPLAYED;
            }
            if (issuedMillis < floorMillis) {
                return Outcome.UNKNOWN;
            }
            if (known.size() >= limit) {
                var eldest = known.entrySet().iterator();
                floorMillis = Math.max(floorMillis, eldest.next().getValue().issuedMillis + 1);
                eldest.remove();
            }
            known.put(id, new Counts(issuedMillis, count));
            return Outcome.FRESH;
        }

        private synchronized int size() {
            return known.size();
        }
    }
}
