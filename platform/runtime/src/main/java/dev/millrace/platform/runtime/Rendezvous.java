package dev.millrace.platform.runtime;

/**
 * Highest-random-weight hashing: every node gets a number from its id and the key, the highest one is asked. When a node comes
 * or goes only its own keys move. Pure; the numbers are the same on every node and in every version of us.
 */
public final class Rendezvous {
    private static final long FNV_OFFSET = 0xCBF29CE484222325L;
    private static final long FNV_PRIME = 0x100000001B3L;

    private Rendezvous() {}

    /** The number of that node for that key. */
    public static long weight(String nodeId, String key) {
        long hash = fold(fold(FNV_OFFSET, nodeId) * FNV_PRIME, key);
        // FNV alone leaves the high bits of short texts alike; this spreads them.
        hash = (hash ^ hash >>> 33) * 0xFF51AFD7ED558CCDL;
        hash = (hash ^ hash >>> 33) * 0xC4CEB9FE1A85EC53L;
        return hash ^ hash >>> 33;
    }

    private static long fold(long hash, String text) {
        long folded = hash;
        for (int i = 0; i < text.length(); i++) {
            folded = (folded ^ text.charAt(i)) * FNV_PRIME;
        }
        return folded;
    }
}
