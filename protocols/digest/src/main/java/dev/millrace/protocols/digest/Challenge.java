package dev.millrace.protocols.digest;

import dev.millrace.protocols.wire.Malformed;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The value of {@code WWW-Authenticate} or {@code Proxy-Authenticate}, RFC 7616 section 3.3. Immutable.
 *
 * @param opaque empty where there is none
 * @param algorithm as written; empty where there is none, which means MD5
 * @param qop the qualities offered, in order; empty where there are none (RFC 2069)
 * @param stale the old nonce was the only thing wrong
 * @param userhash the server would take hashed user names
 */
public record Challenge(
        String realm,
        String nonce,
        String opaque,
        String algorithm,
        List<String> qop,
        boolean stale,
        boolean userhash) {
    /** The rule that a broken one breaks. */
    static final String RULE = "challenge";

    private static final String AUTH = "auth";

    public Challenge {
        qop = List.copyOf(qop);
    }

    /** A challenge of ours: one quality, {@code auth}. */
    public static Challenge of(String realm, String nonce, Algorithm algorithm, boolean stale) {
        return new Challenge(realm, nonce, "", algorithm.text(), List.of(AUTH), stale, false);
    }

    /** Reads one header value; {@link Malformed} also where it is of another scheme. */
    public static Challenge parse(String header) {
        String realm = null;
        String nonce = null;
        String opaque = "";
        String algorithm = "";
        List<String> qop = List.of();
        boolean stale = false;
        boolean userhash = false;
        for (AuthParam param : AuthParam.parse(RULE, header)) {
            switch (param.name()) {
                case "realm" -> realm = param.value();
                case "nonce" -> nonce = param.value();
                case "opaque" -> opaque = param.value();
                case "algorithm" -> algorithm = param.value();
                case "qop" -> qop = qualities(param.value());
                case "stale" -> stale = param.value().equalsIgnoreCase("true");
                case "userhash" -> userhash = param.value().equalsIgnoreCase("true");
                default -> {
                    // domain, charset and whatever comes: nothing of it changes the answer.
                }
            }
        }
        if (realm == null || nonce == null) {
            throw new Malformed(RULE, "realm and nonce are needed");
        }
        return new Challenge(realm, nonce, opaque, algorithm, qop, stale, userhash);
    }

    private static List<String> qualities(String value) {
        List<String> qualities = new ArrayList<>(2);
        for (String quality : value.split(",", AuthParam.MAX_PARAMS)) {
            if (!quality.isBlank()) {
                qualities.add(quality.strip());
            }
        }
        return qualities;
    }

    /** The header value. */
    public String encode() {
        StringBuilder header = new StringBuilder(160);
        AuthParam.quoted(header, "realm", realm);
        AuthParam.quoted(header, "nonce", nonce);
        if (!opaque.isEmpty()) {
            AuthParam.quoted(header, "opaque", opaque);
        }
        if (stale) {
            AuthParam.plain(header, "stale", "true");
        }
        if (!algorithm.isEmpty()) {
            AuthParam.plain(header, "algorithm", algorithm);
        }
        if (!qop.isEmpty()) {
            AuthParam.quoted(header, "qop", String.join(",", qop));
        }
        if (userhash) {
            AuthParam.plain(header, "userhash", "true");
        }
        return header.toString();
    }

    /** Whether we can answer it: an algorithm we speak, and {@code auth} or no quality at all. */
    public boolean answerable() {
        return Algorithm.parse(algorithm).isPresent() && (qop.isEmpty() || offersAuth());
    }

    boolean offersAuth() {
        return qop.stream().anyMatch(AUTH::equalsIgnoreCase);
    }

    /**
     * The one to answer, RFC 8760 section 2.4: the first that we can, because the server put them in its order.
     *
     * @param realm the only realm to answer to; a callee that challenges with another's must not get an answer
     */
    public static Optional<Challenge> choose(List<Challenge> challenges, String realm) {
        return challenges.stream()
                .filter(challenge -> challenge.realm.equals(realm) && challenge.answerable())
                .findFirst();
    }

    /**
     * The answer of a client, RFC 7616 section 3.4.
     *
     * @param cnonce chosen by the client, new for each challenge
     * @param count how many requests were answered with this nonce, this one included: at least 1
     * @return empty where the challenge cannot be answered
     */
    public Optional<Credentials> answer(
            Digester digester, String username, String password, String method, String uri, String cnonce, int count) {
        Optional<Algorithm> spoken = Algorithm.parse(algorithm);
        if (spoken.isEmpty() || !answerable()) {
            return Optional.empty();
        }
        boolean auth = offersAuth();
        Credentials unsigned = new Credentials(
                username,
                false,
                realm,
                nonce,
                uri,
                "",
                algorithm,
                auth ? cnonce : "",
                opaque,
                auth ? AUTH : "",
                auth ? "%08x".formatted(count) : "",
                List.of());
        byte[] ha1 = digester.ha1(spoken.get(), username, realm, password);
        return Optional.of(unsigned.withResponse(digester.response(spoken.get(), ha1, method, unsigned)));
    }
}
