package dev.millrace.standalone;

import dev.millrace.protocols.digest.Challenge;
import dev.millrace.protocols.digest.Digester;
import dev.millrace.protocols.sip.CSeq;
import dev.millrace.protocols.sip.Contact;
import dev.millrace.protocols.sip.Edit;
import dev.millrace.protocols.sip.Keys;
import dev.millrace.protocols.sip.Message;
import dev.millrace.protocols.sip.Methods;
import dev.millrace.protocols.sip.NameAddr;
import dev.millrace.protocols.sip.Parser;
import dev.millrace.protocols.sip.Request;
import dev.millrace.protocols.sip.Response;
import dev.millrace.protocols.sip.SipUri;
import dev.millrace.protocols.sip.Uri;
import dev.millrace.protocols.sip.Via;
import dev.millrace.protocols.wire.Framed;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Two phones that register and call each other over UDP some hundred times: the launcher's rehearsal, so that the virtual machine
 * has seen which code a call runs through (JEP 515 keeps such profiles) and a node that starts in the middle of a busy day is not
 * slow for its first minute. They wait for what they expect and give up at the first thing that is missing. Blocks its caller.
 */
final class RehearsedCalls {
    private static final int CALLS = 300;
    private static final int ANSWER_MS = 2000;
    private static final int UNAUTHORIZED = 401;
    private static final int PROXY_AUTHENTICATION_REQUIRED = 407;

    private final int server;
    private final String domain;
    private final Digester digester = new Digester();

    /**
     * @param server port of the SIP door on the loopback address
     */
    RehearsedCalls(int server, String domain) {
        this.server = server;
        this.domain = domain;
    }

    /** Registers both and makes the calls; throws where an answer is missing. */
    void run(DemoUsers.User callee, DemoUsers.User caller) throws IOException {
        try (Phone called = new Phone(callee);
                Phone calling = new Phone(caller)) {
            called.register();
            calling.register();
            for (int i = 0; i < CALLS; i++) {
                call(calling, called);
            }
        }
    }

    private void call(Phone calling, Phone called) throws IOException {
        Uri target = called.address();
        String callId = UUID.randomUUID().toString();
        Request first = calling.request(Methods.INVITE, target, callId, 1, "", null);
        calling.send(first);
        Response challenge = calling.response(PROXY_AUTHENTICATION_REQUIRED);
        calling.send(calling.acknowledged(first, challenge));
        calling.send(calling.request(Methods.INVITE, target, callId, 2, "", challenge));

        Request invite = called.request(Methods.INVITE);
        called.answer(invite, 180, "Ringing");
        called.answer(invite, 200, "OK");
        Response accepted = calling.response(200);
        calling.send(calling.inside(Methods.ACK, accepted, 2));
        called.request(Methods.ACK);
        calling.send(calling.inside(Methods.BYE, accepted, 3));
        called.answer(called.request(Methods.BYE), 200, "OK");
        calling.response(200);
    }

    /** A user and a socket. */
    private final class Phone implements AutoCloseable {
        private final DemoUsers.User user;
        private final DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress());
        private final String tag = UUID.randomUUID().toString();

        Phone(DemoUsers.User user) throws IOException {
            this.user = user;
            socket.setSoTimeout(ANSWER_MS);
        }

        Uri address() {
            return Uri.parse("sip:" + user.name() + "@" + domain);
        }

        void register() throws IOException {
            Uri registrar = Uri.parse("sip:" + domain);
            String callId = UUID.randomUUID().toString();
            send(request(Methods.REGISTER, registrar, callId, 1, "", null));
            send(request(Methods.REGISTER, registrar, callId, 2, "", response(UNAUTHORIZED)));
            response(200);
        }

        /**
         * @param toTag empty outside a dialog
         * @param challenge is answered, if there is one
         */
        Request request(
                String method, Uri target, String callId, long number, String toTag, @Nullable Response challenge) {
            NameAddr to = NameAddr.of(method.equals(Methods.REGISTER) ? address() : target);
            Edit<Request> edit = Request.of(method, target)
                    .append(Keys.VIA, via())
                    .append(Keys.MAX_FORWARDS, 70L)
                    .append(Keys.FROM, NameAddr.of(address()).with("tag", tag))
                    .append(Keys.TO, toTag.isEmpty() ? to : to.with("tag", toTag))
                    .append(Keys.CALL_ID, callId)
                    .append(Keys.CSEQ, new CSeq(number, method))
                    .append(Keys.CONTACTS, Contact.parse("<sip:" + user.name() + "@" + here() + ">"));
            if (challenge != null) {
                credentials(edit, method, target, challenge);
            }
            return edit.build();
        }

        private void credentials(Edit<Request> edit, String method, Uri target, Response challenge) {
            boolean proxy = challenge.status() == PROXY_AUTHENTICATION_REQUIRED;
            String header = challenge
                    .first(proxy ? Keys.PROXY_AUTHENTICATE : Keys.WWW_AUTHENTICATE)
                    .orElseThrow();
            String value = Challenge.parse(header)
                    .answer(digester, user.name(), user.password(), method, target.encode(), tag, 1)
                    .orElseThrow()
                    .encode();
            edit.append(proxy ? Keys.PROXY_AUTHORIZATION : Keys.AUTHORIZATION, value);
        }

        /** The ACK of a refusal, RFC 3261 section 17.1.1.3. */
        Request acknowledged(Request invite, Response refusal) {
            return Request.of(Methods.ACK, invite.uri())
                    .copy(invite, Keys.VIA, Keys.MAX_FORWARDS, Keys.FROM, Keys.CALL_ID)
                    .copy(refusal, Keys.TO)
                    .append(Keys.CSEQ, new CSeq(invite.cseq().number(), Methods.ACK))
                    .build();
        }

        /** Inside the dialog that this 2xx has made, RFC 3261 section 12.2.1.1. */
        Request inside(String method, Response accepted, long number) {
            Contact.Address contact =
                    (Contact.Address) accepted.first(Keys.CONTACTS).orElseThrow();
            Edit<Request> edit = Request.of(method, contact.uri())
                    .append(Keys.VIA, via())
                    .append(Keys.MAX_FORWARDS, 70L)
                    .copy(accepted, Keys.FROM, Keys.TO, Keys.CALL_ID)
                    .append(Keys.CSEQ, new CSeq(number, method));
            List<NameAddr> routes = accepted.all(Keys.RECORD_ROUTES);
            routes.reversed().forEach(route -> edit.append(Keys.ROUTES, route));
            return edit.build();
        }

        void answer(Request request, int status, String reason) throws IOException {
            send(Response.to(request, status, reason, tag)
                    .copy(request, Keys.RECORD_ROUTES)
                    .append(Keys.CONTACTS, Contact.parse("<sip:" + user.name() + "@" + here() + ">"))
                    .build());
        }

        private Via via() {
            return Via.parse("SIP/2.0/UDP " + here() + ";rport;branch=" + Via.COOKIE + UUID.randomUUID());
        }

        private String here() {
            return SipUri.of("", "127.0.0.1", socket.getLocalPort()).encode().substring("sip:".length());
        }

        void send(Message message) throws IOException {
            byte[] bytes = message.encode();
            socket.send(new DatagramPacket(bytes, bytes.length, InetAddress.getLoopbackAddress(), server));
        }

        /** The next response of that status; provisional ones and repetitions are passed over. */
        Response response(int status) throws IOException {
            while (true) {
                if (receive() instanceof Response response && response.status() == status) {
                    return response;
                }
            }
        }

        /** The next request of that method. */
        Request request(String method) throws IOException {
            while (true) {
                if (receive() instanceof Request request && request.method().equals(method)) {
                    return request;
                }
            }
        }

        private Message receive() throws IOException {
            DatagramPacket packet = new DatagramPacket(new byte[4096], 4096);
            socket.receive(packet);
            byte[] bytes = Arrays.copyOf(packet.getData(), packet.getLength());
            if (Parser.parse(bytes, 0, bytes.length) instanceof Framed.Message<Message>(Message message, int _)) {
                return message;
            }
            throw new IOException("the door sent something that is no message");
        }

        @Override
        public void close() {
            socket.close();
        }
    }
}
