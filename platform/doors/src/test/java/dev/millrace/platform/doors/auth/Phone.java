package dev.millrace.platform.doors.auth;

import dev.millrace.platform.contracts.Transport;
import dev.millrace.protocols.digest.Challenge;
import dev.millrace.protocols.digest.Credentials;
import dev.millrace.protocols.digest.Digester;
import java.util.List;

/** A client of the tests. */
record Phone(String username, String password, String source, String agent) {
    static final String REALM = "example.com";
    static final String REGISTRAR = "sip:example.com";

    private static final Digester DIGESTER = new Digester();

    static Phone alice() {
        return new Phone("alice", "wonder", "192.0.2.1", "");
    }

    Phone from(String other) {
        return new Phone(username, password, other, agent);
    }

    Phone guessing(String other) {
        return new Phone(username, other, source, agent);
    }

    /** A request with those credentials. */
    Attempt sends(String method, String uri, String... credentials) {
        return new Attempt(REALM, false, method, uri, List.of(credentials), source, Transport.UDP, agent);
    }

    Attempt registers(String... credentials) {
        return sends("REGISTER", REGISTRAR, credentials);
    }

    /** The credentials for a challenge, for the n-th time. */
    String answer(String challenge, String method, String uri, int count) {
        synchronized (DIGESTER) {
            return Challenge.parse(challenge)
                    .answer(DIGESTER, username, password, method, uri, "c" + count, count)
                    .map(Credentials::encode)
                    .orElseThrow();
        }
    }

    String answer(Authenticator.Verdict verdict, int count) {
        return answer(((Authenticator.Challenged) verdict).values().getFirst(), "REGISTER", REGISTRAR, count);
    }
}
