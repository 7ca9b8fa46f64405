package dev.millrace.verification.scenarios.sip;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.platform.testkit.Wire;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A phone of the tests' own, for what no packaged one does: it writes its messages line by line and answers digests. Used by
 * one thread.
 */
final class TestPhone implements AutoCloseable {
    private static final Pattern QUOTED = Pattern.compile("(\\w+)=\"([^\"]*)\"");
    private static final AtomicInteger UNIQUE = new AtomicInteger();

    /** Higher than the numbers of the dialogs that others hold. */
    private static final int FOREIGN_CSEQ = 1000;

    private final Wire wire;
    private final String user;
    private final String callId = "story-" + ProcessHandle.current().pid() + "-" + UNIQUE.incrementAndGet();
    private final String tag = "t" + UNIQUE.incrementAndGet();
    private String domain = SipNode.DOMAIN;
    private int cseq;

    TestPhone(Wire wire, String user) {
        this.wire = wire;
        this.user = user;
    }

    /** A user of that domain. */
    TestPhone of(String other) {
        domain = other;
        return this;
    }

    Wire wire() {
        return wire;
    }

    /** {@code sip:user@domain}. */
    String aor() {
        return "sip:" + user + "@" + domain;
    }

    /** {@code sip:user@host:port;transport=} of the socket. */
    String uri() {
        return "sip:" + user + "@" + wire.address()
                + (wire.transport().equals("UDP")
                        ? ""
                        : ";transport=" + wire.transport().toLowerCase(java.util.Locale.ROOT));
    }

    /** REGISTER of its socket, with parameters behind the contact and header lines more; the final answer. */
    String register(String parameters, String... headers) {
        return ask("REGISTER", "sip:" + SipNode.DOMAIN, user, with(headers, "Contact: <" + uri() + ">" + parameters));
    }

    private static String[] with(String[] headers, String one) {
        List<String> all = new java.util.ArrayList<>(List.of(headers));
        all.add(one);
        return all.toArray(String[]::new);
    }

    /**
     * A request outside a dialog, and again with the answer when it is challenged; the final answer. An INVITE that fails is
     * acknowledged: else its answer would come again, and be taken for that to the next request.
     */
    String ask(String method, String uri, String to, String... headers) {
        send(method, uri, to, headers);
        String answer = last(method, uri, to);
        if (answer.startsWith("SIP/2.0 401") || answer.startsWith("SIP/2.0 407")) {
            boolean proxy = answer.startsWith("SIP/2.0 407");
            String challenge = Wire.header(answer, proxy ? "Proxy-Authenticate" : "WWW-Authenticate");
            String line = (proxy ? "Proxy-Authorization: " : "Authorization: ") + credentials(challenge, method, uri);
            send(method, uri, to, with(headers, line));
            answer = last(method, uri, to);
        }
        return answer;
    }

    /** The answer that ends the transaction, or a request that came before it. */
    private String last(String method, String uri, String to) {
        String answer = wire.message();
        while (answer.startsWith("SIP/2.0 1")) {
            answer = wire.message();
        }
        if (method.equals("INVITE") && answer.startsWith("SIP/2.0 ") && !answer.startsWith("SIP/2.0 2")) {
            acknowledge(uri, to, answer);
        }
        return answer;
    }

    /** A request outside a dialog, once; the answer, challenge or not. */
    String once(String method, String uri, String to, String... headers) {
        send(method, uri, to, headers);
        return wire.message();
    }

    /** Whether an OPTIONS is answered with 200 within that time; for a server that may not listen yet. */
    boolean reaches(String uri, String to, Duration wait) {
        send("OPTIONS", uri, to);
        return wire.receive(wait)
                .map(bytes -> new String(bytes, UTF_8))
                .filter(answer -> answer.startsWith("SIP/2.0 200 "))
                .isPresent();
    }

    /** A request with From, To and Call-ID of anybody's dialog, once; the answer, challenge or not. */
    String bare(String method, String uri, String from, String to, String dialog) {
        cseq++;
        wire.sendLines(foreign(method, uri, from, to, dialog) + "Content-Length: 0\n\n");
        return wire.message();
    }

    /** The same with this phone's own credentials; the final answer. */
    String known(String method, String uri, String from, String to, String dialog) {
        String challenge = Wire.header(bare(method, uri, from, to, dialog), "Proxy-Authenticate");
        cseq++;
        wire.sendLines(foreign(method, uri, from, to, dialog) + "Proxy-Authorization: "
                + credentials(challenge, method, uri) + "\nContent-Length: 0\n\n");
        return wire.message();
    }

    private String foreign(String method, String uri, String from, String to, String dialog) {
        return wire.head(method, uri, callId + "-" + cseq)
                + "From: %s\nTo: %s\nCall-ID: %s\nCSeq: %d %s\n"
                        .formatted(from, to, dialog, FOREIGN_CSEQ + cseq, method);
    }

    /**
     * Whether nothing lies in its socket: what has come would be read before the answer to an OPTIONS of its own. Over UDP from
     * the same server what was sent first comes first.
     */
    boolean heardNothing() {
        return once("OPTIONS", "sip:" + domain, "nobody").startsWith("SIP/2.0 ");
    }

    private void send(String method, String uri, String to, String... headers) {
        cseq++;
        wire.sendLines(head(method, uri, to, "", cseq) + String.join("\n", headers) + (headers.length > 0 ? "\n" : "")
                + "Content-Length: 0\n\n");
    }

    private void acknowledge(String uri, String to, String answer) {
        wire.sendLines(head("ACK", uri, to, tagOf(answer), cseq) + "Content-Length: 0\n\n");
    }

    private String head(String method, String uri, String to, String toTag, int number) {
        return wire.head(method, uri, callId + "-" + number)
                + """
                From: <sip:%s@%s>;tag=%s
                To: <sip:%s@%s>%s
                Call-ID: %s
                CSeq: %d %s
                """.formatted(
                        user, domain, tag, to, domain, toTag.isEmpty() ? "" : ";tag=" + toTag, callId, number, method);
    }

    /** Answers a request that came, with header lines more. */
    void answer(String request, String status, String... headers) {
        StringBuilder answer = new StringBuilder("SIP/2.0 " + status + "\n");
        for (String line : request.lines().toList()) {
            String name = line.contains(":") ? line.substring(0, line.indexOf(':')) : "";
            if (List.of("Via", "From", "Call-ID", "CSeq", "Record-Route").contains(name)) {
                answer.append(line).append('\n');
            } else if (name.equals("To")) {
                answer.append(line)
                        .append(line.contains(";tag=") ? "" : ";tag=" + tag)
                        .append('\n');
            }
        }
        for (String header : headers) {
            answer.append(header).append('\n');
        }
        wire.sendLines(answer + "Contact: <" + uri() + ">\nContent-Length: 0\n\n");
    }

    private static String tagOf(String answer) {
        String to = Wire.header(answer, "To");
        int at = to.indexOf(";tag=");
        return at < 0 ? "" : to.substring(at + 5);
    }

    /** RFC 7616 with MD5 and qop=auth. */
    private String credentials(String challenge, String method, String uri) {
        String realm = quoted(challenge, "realm");
        String nonce = quoted(challenge, "nonce");
        String ha1 = md5(user + ":" + realm + ":" + SipNode.password(user));
        String response = md5(ha1 + ":" + nonce + ":00000001:c0ffee:auth:" + md5(method + ":" + uri));
        return "Digest username=\"%s\", realm=\"%s\", nonce=\"%s\", uri=\"%s\", response=\"%s\", algorithm=MD5, qop=auth, nc=00000001, cnonce=\"c0ffee\""
                .formatted(user, realm, nonce, uri, response);
    }

    private static String quoted(String challenge, String name) {
        Matcher found = QUOTED.matcher(challenge);
        while (found.find()) {
            if (found.group(1).equals(name)) {
                return found.group(2);
            }
        }
        return "";
    }

    private static String md5(String text) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("MD5").digest(text.getBytes(UTF_8)));
        } catch (NoSuchAlgorithmException never) {
            throw new IllegalStateException(never);
        }
    }

    @Override
    public void close() {
        wire.close();
    }
}
