package dev.millrace.platform.doors.auth;

import dev.millrace.platform.contracts.Transport;
import dev.millrace.protocols.digest.Algorithm;
import dev.millrace.protocols.wire.Malformed;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which digest algorithms are offered to whom (RFC 8760 section 2.3): {@code SHA-256+MD5;domain=example.com;transport=wss;agent=JsSIP}.
 * More than one is offered only where an operator says so, because clients in the field do not choose as the RFC wants.
 *
 * @param algorithms in the order of the challenges
 * @param domain the realm, in lower case; empty for every one
 * @param transports empty for every one
 * @param agent how the User-Agent begins, in lower case; empty for every one
 */
record AlgorithmRule(List<Algorithm> algorithms, String domain, Set<Transport> transports, String agent) {
    private static final String RULE = "auth-algorithms";

    AlgorithmRule {
        algorithms = List.copyOf(algorithms);
        transports = Set.copyOf(transports);
    }

    /** Only this one, for everybody. */
    static AlgorithmRule always(Algorithm algorithm) {
        return new AlgorithmRule(List.of(algorithm), "", Set.of(), "");
    }

    /** Reads one rule. */
    static AlgorithmRule parse(String text) {
        String[] parts = text.split(";", 8);
        List<Algorithm> algorithms = new ArrayList<>();
        for (String name : parts[0].split("\\+", 8)) {
            algorithms.add(Algorithm.parse(name.strip())
                    .filter(algorithm -> !name.isBlank() && !algorithms.contains(algorithm))
                    .orElseThrow(() -> new Malformed(RULE, "no algorithm is called " + Malformed.quote(name))));
        }
        String domain = "";
        String agent = "";
        Set<Transport> transports = EnumSet.noneOf(Transport.class);
        for (int i = 1; i < parts.length; i++) {
            int equals = parts[i].indexOf('=');
            String name = equals < 0 ? parts[i] : parts[i].substring(0, equals).strip();
            String value =
                    equals < 0 ? "" : parts[i].substring(equals + 1).strip().toLowerCase(Locale.ROOT);
            switch (value.isEmpty() ? "" : name) {
                case "domain" -> domain = value;
                case "agent" -> agent = value;
                case "transport" -> transports.add(Transport.parse(value));
                default -> throw new Malformed(RULE, "domain=, transport= or agent=, not " + Malformed.quote(parts[i]));
            }
        }
        return new AlgorithmRule(algorithms, domain, transports, agent);
    }

    boolean fits(Attempt attempt) {
        return (domain.isEmpty() || domain.equalsIgnoreCase(attempt.realm()))
                && (transports.isEmpty() || transports.contains(attempt.transport()))
                && attempt.userAgent().regionMatches(true, 0, agent, 0, agent.length());
    }

    /** As it is configured. */
    @Override
    public String toString() {
        StringBuilder text =
                new StringBuilder(algorithms.stream().map(Algorithm::text).collect(Collectors.joining("+")));
        if (!domain.isEmpty()) {
            text.append(";domain=").append(domain);
        }
        transports.stream()
                .sorted()
                .forEach(transport -> text.append(";transport=").append(transport.text()));
        if (!agent.isEmpty()) {
            text.append(";agent=").append(agent);
        }
        return text.toString();
    }
}
