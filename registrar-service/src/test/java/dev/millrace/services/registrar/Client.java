package dev.millrace.services.registrar;

import dev.millrace.platform.testkit.Wire;
import dev.millrace.protocols.digest.Challenge;
import dev.millrace.protocols.digest.Credentials;
import dev.millrace.protocols.digest.Digester;
import dev.millrace.protocols.sip.Contact;
import dev.millrace.protocols.sip.Keys;
import dev.millrace.protocols.sip.Message;
import dev.millrace.protocols.sip.Parser;
import dev.millrace.protocols.sip.Response;
import dev.millrace.protocols.wire.Framed;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/** A client of the tests: writes REGISTER requests line by line and waits for their answers, on the test's thread. */
final class Client implements AutoCloseable {
    static final String REALM = "example.com";
    private static final String REGISTRAR = "sip:" + REALM;

    final Wire wire;
    private final Digester digester = new Digester();
    private final String user;
    private final String password;
    private String challenge = "";
    private int count;

    /** What To says. */
    String to;

    String callId = chance();
    long cseq;

    Client(String user, String password, Wire wire) {
        this.user = user;
        this.password = password;
        this.to = "<sip:" + user + "@" + REALM + ">";
        this.wire = wire;
    }

    static String password(String user) {
        return "secret of " + user;
    }

    static String chance() {
        return Long.toString(ThreadLocalRandom.current().nextLong(Long.MAX_VALUE), 36);
    }

    /** The contact where this client is. */
    String contact() {
        return "<sip:" + user + "@" + wire.address() + ">";
    }

    /** A REGISTER without credentials. */
    String request(String... lines) {
        return wire.head("REGISTER", REGISTRAR, chance()) + "From: " + to + ";tag=" + chance()
                + "\r\nTo: " + to + "\r\nCall-ID: " + callId + "\r\nCSeq: " + ++cseq + " REGISTER\r\n"
                + (lines.length == 0 ? "" : String.join("\r\n", lines) + "\r\n") + "Content-Length: 0\r\n\r\n";
    }

    /** Sends it without credentials. */
    Response stranger(String... lines) {
        return send(request(lines));
    }

    Response send(String request) {
        wire.send(request);
        return answer();
    }

    /** The next final response. */
    Response answer() {
        while (true) {
            byte[] bytes = wire.receive();
            if (Parser.parse(bytes, 0, bytes.length) instanceof Framed.Message<Message>(Message message, int _)
                    && message instanceof Response response
                    && response.isFinal()) {
                return response;
            }
        }
    }

    /** Sends it as this user: with the challenge known from before, or that of the first answer. */
    Response register(String... lines) {
        if (challenge.isEmpty()) {
            learn(stranger());
        }
        Response first = send(request(with(lines, credentials())));
        if (first.status() != 401 || !Challenge.parse(challenge(first)).stale()) {
            return first;
        }
        learn(first);
        return send(request(with(lines, credentials())));
    }

    void learn(Response challenged) {
        challenge = challenge(challenged);
        count = 0;
    }

    private static String challenge(Response response) {
        return response.first(Keys.WWW_AUTHENTICATE).orElseThrow();
    }

    private static String[] with(String[] lines, String line) {
        String[] all = java.util.Arrays.copyOf(lines, lines.length + 1);
        all[lines.length] = line;
        return all;
    }

    /** The next Authorization line for the last challenge. */
    String credentials() {
        return "Authorization: "
                + Challenge.parse(challenge)
                        .answer(digester, user, password, "REGISTER", REGISTRAR, chance(), ++count)
                        .map(Credentials::encode)
                        .orElseThrow();
    }

    /** The contacts of an answer. */
    static List<Contact.Address> contacts(Response response) {
        return response.all(Keys.CONTACTS).stream()
                .map(Contact.Address.class::cast)
                .toList();
    }

    /** Their URIs, in order. */
    static List<String> uris(Response response) {
        return contacts(response).stream()
                .map(contact -> contact.uri().encode())
                .toList();
    }

    @Override
    public void close() {
        wire.close();
    }
}
