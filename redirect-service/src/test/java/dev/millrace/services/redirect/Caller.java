package dev.millrace.services.redirect;

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

/** Somebody who calls over UDP, on the test's thread. */
final class Caller implements AutoCloseable {
    private final Wire wire;
    private final Digester digester = new Digester();

    Caller(int nodePort) {
        wire = Wire.udp(nodePort).only();
    }

    static String chance() {
        return Long.toString(ThreadLocalRandom.current().nextLong(Long.MAX_VALUE), 36);
    }

    String request(String method, String uri, String branch, String... lines) {
        return wire.head(method, uri, branch) + "From: <sip:alice@away.example>;tag=" + branch
                + "\r\nTo: <" + uri + ">\r\nCall-ID: " + branch + "\r\nCSeq: 1 " + method + "\r\n"
                + (lines.length == 0 ? "" : String.join("\r\n", lines) + "\r\n") + "Content-Length: 0\r\n\r\n";
    }

    void send(String request) {
        wire.send(request);
    }

    /** The next final response to that method. */
    Response answer(String method) {
        while (true) {
            byte[] bytes = wire.receive();
            if (Parser.parse(bytes, 0, bytes.length) instanceof Framed.Message<Message>(Message message, int _)
                    && message instanceof Response response
                    && response.isFinal()
                    && response.method().equals(method)) {
                return response;
            }
        }
    }

    /** Asks without credentials. */
    Response stranger(String method, String uri) {
        String branch = chance();
        send(request(method, uri, branch));
        Response answer = answer(method);
        acknowledge(method, uri, branch, answer);
        return answer;
    }

    /** Asks as alice. */
    Response known(String method, String uri) {
        Response challenged = stranger(method, uri);
        String credentials = Challenge.parse(
                        challenged.first(Keys.WWW_AUTHENTICATE).orElseThrow())
                .answer(digester, "alice", "wonder", method, uri, "c", 1)
                .map(Credentials::encode)
                .orElseThrow();
        String branch = chance();
        send(request(method, uri, branch, "Authorization: " + credentials));
        Response answer = answer(method);
        acknowledge(method, uri, branch, answer);
        return answer;
    }

    private void acknowledge(String method, String uri, String branch, Response answer) {
        if (method.equals("INVITE")) {
            send(request("ACK", uri, branch)
                    .replace("To: <" + uri + ">", "To: " + answer.to().encode()));
        }
    }

    /** The URIs of the contacts, in order. */
    static List<String> uris(Response response) {
        return response.all(Keys.CONTACTS).stream()
                .map(contact -> ((Contact.Address) contact).uri().encode())
                .toList();
    }

    @Override
    public void close() {
        wire.close();
    }
}
