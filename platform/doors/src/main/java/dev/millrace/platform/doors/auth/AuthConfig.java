package dev.millrace.platform.doors.auth;

import dev.millrace.platform.runtime.Setting;
import dev.millrace.platform.runtime.Settings;
import dev.millrace.protocols.digest.Algorithm;
import java.time.Duration;
import java.util.List;

/**
 * How users are authenticated.
 *
 * @param nonceAge how long a nonce may be used
 * @param nonces whose use this node remembers, at most
 * @param guesses wrong passwords of one user from one source before that pair is locked
 * @param lock for how long
 * @param cache how long what the store said of a user is believed
 * @param rules which algorithms are offered; the first that fits counts
 */
record AuthConfig(
        Duration nonceAge, int nonces, int guesses, Duration lock, Duration cache, List<AlgorithmRule> rules) {
    static final Setting<Duration> NONCE_AGE = Setting.duration(
            "auth.nonce-age",
            Duration.ofMinutes(10),
            Duration.ofSeconds(10),
            Duration.ofHours(24),
            "How long a nonce may be used; afterwards the client is told that it is stale");
    static final Setting<Integer> NONCES = Setting.number(
            "auth.nonces",
            100_000,
            1_000,
            10_000_000,
            "nonces",
            "Nonces whose use a node remembers, about 100 bytes each; the oldest are forgotten and then stale");
    static final Setting<Integer> GUESSES = Setting.number(
            "auth.guesses",
            10,
            1,
            1_000_000,
            "guesses",
            "Wrong passwords for one user from one source address before that pair is locked");
    static final Setting<Duration> LOCK = Setting.duration(
            "auth.lock",
            Duration.ofSeconds(60),
            Duration.ofSeconds(1),
            Duration.ofHours(24),
            "How long such a pair is answered 403; the user's other addresses are not touched");
    static final Setting<Duration> CACHE = Setting.duration(
            "auth.cache",
            Duration.ofSeconds(5),
            Duration.ofMillis(100),
            Duration.ofMinutes(10),
            "How long a node believes what the store said of a user; a new password works that much later");
    static final Setting<List<AlgorithmRule>> ALGORITHMS = Setting.listOf(
            "auth.algorithms",
            AlgorithmRule::parse,
            List.of(AlgorithmRule.always(Algorithm.MD5)),
            "rules joined by commas, each algorithms joined by +, then ;domain= ;transport= ;agent=",
            "Digest algorithms offered, in this order; the first rule that fits counts");

    /** Every setting of this package. */
    static final List<Setting<?>> ALL = List.of(NONCE_AGE, NONCES, GUESSES, LOCK, CACHE, ALGORITHMS);

    AuthConfig {
        rules = List.copyOf(rules);
    }

    /** Reads the settings. */
    static AuthConfig of(Settings settings) {
        return new AuthConfig(
                settings.get(NONCE_AGE),
                settings.get(NONCES),
                settings.get(GUESSES),
                settings.get(LOCK),
                settings.get(CACHE),
                settings.get(ALGORITHMS));
    }

    /** The algorithms to offer, at least one. */
    List<Algorithm> algorithms(Attempt attempt) {
        for (AlgorithmRule rule : rules) {
            if (rule.fits(attempt)) {
                return rule.algorithms();
            }
        }
        return List.of(Algorithm.MD5);
    }
}
