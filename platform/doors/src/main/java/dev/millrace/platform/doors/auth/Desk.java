package dev.millrace.platform.doors.auth;

import dev.millrace.platform.contracts.Subscribers.Name;
import dev.millrace.platform.contracts.Subscribers.Subscriber;
import dev.millrace.protocols.digest.Algorithm;
import dev.millrace.protocols.digest.Digester;
import dev.millrace.protocols.digest.Hashes;
import dev.millrace.protocols.wire.Malformed;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What one event loop keeps for its checks: hash functions and the users that the store told of lately. Owned by that loop.
 */
final class Desk {
    /** Users that a loop remembers; beyond it the one that was told first is asked for again. */
    static final int USERS = 20_000;

    /** Names that a loop knows to be nobody's: apart, so that guessed names do not drive out users. */
    static final int STRANGERS = 2_000;

    /** HA1 of a user that does not exist: no password has it. As long as a real one, so that it costs as much. */
    private static final Map<Algorithm, byte[]> NOBODY = new EnumMap<>(Algorithm.class);

    static {
        for (Algorithm algorithm : Algorithm.values()) {
            NOBODY.put(algorithm, "0".repeat(algorithm.hexLength()).getBytes(StandardCharsets.US_ASCII));
        }
    }

    private final Digester digester = new Digester();
    private final Map<Name, User> users = new LinkedHashMap<>();
    private final Map<Name, User> strangers = new LinkedHashMap<>();

    /**
     * A name and its secrets. A stranger has none, but {@link #nobody} makes the same work.
     *
     * @param addressOfRecord empty for a stranger
     */
    record User(String addressOfRecord, Map<Algorithm, byte[]> ha1, long askedNanos) {
        boolean stranger() {
            return addressOfRecord.isEmpty();
        }
    }

    static byte[] nobody(Algorithm algorithm) {
        return Objects.requireNonNull(NOBODY.get(algorithm));
    }

    Digester digester() {
        return digester;
    }

    /** What is remembered of the name and not older than that; null otherwise. */
    @Nullable
    User known(Name name, long nowNanos, long believedNanos) {
        User user = users.get(name);
        if (user == null) {
            user = strangers.get(name);
        }
        return user != null && nowNanos - user.askedNanos < believedNanos ? user : null;
    }

    /** Remembers what the store said. */
    User learn(Name name, Optional<Subscriber> told, long nowNanos) {
        User user = told.map(subscriber -> new User(subscriber.addressOfRecord(), ha1(subscriber), nowNanos))
                .orElseGet(() -> new User("", Map.of(), nowNanos));
        users.remove(name);
        strangers.remove(name);
        Map<Name, User> place = user.stranger() ? strangers : users;
        place.put(name, user);
        if (place.size() > (user.stranger() ? STRANGERS : USERS)) {
            place.remove(place.keySet().iterator().next());
        }
        return user;
    }

    private static Map<Algorithm, byte[]> ha1(Subscriber subscriber) {
        Map<Algorithm, byte[]> all = new EnumMap<>(Algorithm.class);
        try {
            Hashes hashes = Hashes.parse(subscriber.hashes());
            hashes.byAlgorithm()
                    .keySet()
                    .forEach(algorithm -> hashes.of(algorithm).ifPresent(ha1 -> all.put(algorithm, ha1)));
        } catch (Malformed broken) {
            // What the store has is no hash: no password fits it.
            all.clear();
        }
        return all;
    }

    int size() {
        return users.size() + strangers.size();
    }
}
