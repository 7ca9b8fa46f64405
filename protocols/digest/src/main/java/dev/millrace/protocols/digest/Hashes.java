package dev.millrace.protocols.digest;

import dev.millrace.protocols.wire.Malformed;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What is stored of a user's password: H(username:realm:password) for each algorithm, in hexadecimal. Whoever has one can log in
 * by that algorithm, so it is kept like a password. Immutable.
 */
public record Hashes(Map<Algorithm, String> byAlgorithm) {
    public Hashes {
        byAlgorithm = Map.copyOf(byAlgorithm);
    }

    /** The hashes of a password for every algorithm. */
    public static Hashes of(Digester digester, String username, String realm, String password) {
        Map<Algorithm, String> hashes = new EnumMap<>(Algorithm.class);
        for (Algorithm algorithm : Algorithm.values()) {
            hashes.put(
                    algorithm,
                    new String(digester.ha1(algorithm, username, realm, password), StandardCharsets.US_ASCII));
        }
        return new Hashes(hashes);
    }

    /** Hashes as they are stored, by the algorithm's name; unknown algorithms are left out. */
    public static Hashes parse(Map<String, String> stored) {
        Map<Algorithm, String> hashes = new EnumMap<>(Algorithm.class);
        stored.forEach((name, hash) -> {
            Optional<Algorithm> algorithm = Algorithm.parse(name);
            if (algorithm.isPresent() && !name.isEmpty()) {
                hashes.put(algorithm.get(), checked(algorithm.get(), hash));
            }
        });
        return new Hashes(hashes);
    }

    private static String checked(Algorithm algorithm, String hash) {
        boolean digits = hash.chars().allMatch(c -> c >= '0' && c <= '9' || c >= 'a' && c <= 'f');
        if (hash.length() != algorithm.hexLength() || !digits) {
            throw new Malformed(
                    "hash", algorithm.text() + " takes " + algorithm.hexLength() + " lower-case hexadecimal digits");
        }
        return hash;
    }

    /** By the algorithm's name, as it is stored. */
    public Map<String, String> encode() {
        Map<String, String> stored = new LinkedHashMap<>();
        for (Algorithm algorithm : Algorithm.values()) {
            String hash = byAlgorithm.get(algorithm);
            if (hash != null) {
                stored.put(algorithm.text(), hash);
            }
        }
        return stored;
    }

    /** The digits of one algorithm. */
    public Optional<byte[]> of(Algorithm algorithm) {
        return Optional.ofNullable(byAlgorithm.get(algorithm)).map(hash -> hash.getBytes(StandardCharsets.US_ASCII));
    }

    /** Hashes never show themselves. */
    @Override
    public String toString() {
        return "Hashes" + byAlgorithm.keySet();
    }
}
