package dev.millrace.platform.doors.sip;

/** Rendezvous hashing: of several nodes the one with the highest weight takes the key, and only a lost node's keys move. */
final class Weight {
    private static final long FNV_OFFSET = 0xCBF29CE484222325L;
    private static final long FNV_PRIME = 0x100000001B3L;

    private Weight() {}

    static long of(String nodeId, String key) {
        long hash = fold(fold(FNV_OFFSET, nodeId) * FNV_PRIME, key);
        // FNV alone leaves the high bits of short texts alike; this spreads them.
        hash = (hash ^ hash >>> 33) * 0xFF51AFD7ED558CCDL;
        hash = (hash ^ hash >>> 33) * 0xC4CEB9FE1A85EC53L;
        return hash ^ hash >>> 33;
    }

    /** Spreads a text over 64 bits. */
    static long of(String text) {
        return of("", text);
    }

    private static long fold(long hash, String text) {
        long folded = hash;
        for (int i = 0; i < text.length(); i++) {
            folded = (folded ^ text.charAt(i)) * FNV_PRIME;
        }
        return folded;
    }
}
