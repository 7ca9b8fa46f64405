package dev.millrace.services.proxy;

import dev.millrace.platform.testkit.Wire;
import dev.millrace.protocols.digest.Challenge;
import dev.millrace.protocols.digest.Credentials;
import dev.millrace.protocols.digest.Digester;
import dev.millrace.protocols.sip.CSeq;
import dev.millrace.protocols.sip.Contact;
import dev.millrace.protocols.sip.Edit;
import dev.millrace.protocols.sip.Keys;
import dev.millrace.protocols.sip.Message;
import dev.millrace.protocols.sip.NameAddr;
import dev.millrace.protocols.sip.Parser;
import dev.millrace.protocols.sip.Request;
import dev.millrace.protocols.sip.Response;
import dev.millrace.protocols.sip.Uri;
import dev.millrace.protocols.sip.Via;
import dev.millrace.protocols.wire.Framed;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Predicate;

/**
 * A user agent that does what the test's lines say, on the test's thread, over a {@link Wire}. What was repeated is left out; what
 * was not asked for yet waits.
 */
final class Phone implements AutoCloseable {
    private static final long WAIT_MILLIS = 10_000;
    private static final byte[] NOTHING = {};

    final String user;
    final Wire wire;
    private final Queue<Message> arrived = new ArrayDeque<>();
    private final Set<String> seen = new HashSet<>();
    private final Map<String, Integer> heard = new HashMap<>();
    private final Digester digester = new Digester();
    private int cseq;

    Phone(String user, Wire wire) {
        this.user = user;
        this.wire = wire;
    }

    static String chance() {
        return Long.toString(ThreadLocalRandom.current().nextLong(Long.MAX_VALUE), 36);
    }

    String contact() {
        return "sip:" + user + "@" + wire.address() + (wire.transport().equals("UDP") ? "" : ";transport=tcp");
    }

    /** A new request outside a dialog, from this user at the served domain. */
    Edit<Request> request(String method, String uri) {
        return request(method, uri, "<sip:" + user + "@" + TestLocation.DOMAIN + ">");
    }

    Edit<Request> request(String method, String uri, String from) {
        Edit<Request> edit = Request.of(method, Uri.parse(uri))
                .append(Keys.VIA, via())
                .append(Keys.MAX_FORWARDS, 70L)
                .append(Keys.FROM, NameAddr.parse(from + ";tag=" + chance()))
                .append(Keys.TO, NameAddr.parse("<" + uri + ">"))
                .append(Keys.CALL_ID, chance() + "@test")
                .append(Keys.CSEQ, new CSeq(++cseq, method));
        if (!method.equals("MESSAGE")) {
            edit.append(Keys.CONTACTS, Contact.of(Uri.parse(contact())));
        }
        return edit;
    }

    /** Binds this phone's contact and flow; see {@link TestRegistrar}. */
    void register() {
        register(Contact.of(Uri.parse(contact())));
    }

    void register(Contact contact) {
        send(request("REGISTER", "sip:" + TestLocation.DOMAIN)
                .replace(Keys.TO, NameAddr.parse("<sip:" + user + "@" + TestLocation.DOMAIN + ">"))
                .replace(Keys.CONTACTS, contact)
                .build());
        expect(200);
    }

    Via via() {
        return Via.parse(wire.via(chance()));
    }

    Request send(Request request) {
        wire.send(request.encode());
        return request;
    }

    void answer(Response response) {
        wire.send(response.encode());
    }

    /** A response of this phone; one that may begin a dialog has a Contact. */
    Response response(Request to, int status, String tag) {
        Edit<Response> edit = Response.to(to, status, "Said So", tag);
        if (status > 100 && status < 300) {
            edit.append(Keys.CONTACTS, Contact.of(Uri.parse(contact())));
        }
        return edit.build();
    }

    /** The same request with credentials for the challenge, RFC 3261 section 22.2. */
    Request withCredentials(Request refused, Response challenge, String password) {
        List<Challenge> all = challenge.all(Keys.PROXY_AUTHENTICATE).stream()
                .map(Challenge::parse)
                .toList();
        Credentials credentials = Challenge.choose(all, TestLocation.DOMAIN)
                .orElseThrow()
                .answer(
                        digester,
                        user,
                        password,
                        refused.method(),
                        refused.uri().encode(),
                        chance(),
                        1)
                .orElseThrow();
        return refused.edit()
                .replaceFirst(Keys.VIA, via())
                .replace(Keys.CSEQ, new CSeq(++cseq, refused.method()))
                .append(Keys.PROXY_AUTHORIZATION, credentials.encode())
                .build();
    }

    /** Sends it, is challenged, acknowledges that, and sends it again with this user's password. */
    Request sendKnown(Request request) {
        send(request);
        Response challenge = expect(407);
        if (request.method().equals("INVITE")) {
            send(ackOf(request, challenge));
        }
        return send(withCredentials(request, challenge, TestLocation.password(user)));
    }

    /** The ACK to a response above 299: it belongs to the INVITE's transaction. */
    Request ackOf(Request invite, Response response) {
        return ofTransaction("ACK", invite, response.to());
    }

    Request cancelOf(Request invite) {
        return ofTransaction("CANCEL", invite, invite.to());
    }

    private static Request ofTransaction(String method, Request invite, NameAddr to) {
        return Request.of(method, invite.uri())
                .append(Keys.VIA, invite.topVia())
                .append(Keys.MAX_FORWARDS, 70L)
                .append(Keys.FROM, invite.from())
                .append(Keys.TO, to)
                .append(Keys.CALL_ID, invite.callId())
                .append(Keys.CSEQ, new CSeq(invite.cseq().number(), method))
                .build();
    }

    /** A request of the caller inside the dialog that a 2xx made. */
    Request inDialogAsCaller(String method, Response ok) {
        List<NameAddr> routes = new ArrayList<>(ok.all(Keys.RECORD_ROUTES)).reversed();
        return inDialog(method, ok, ok.from(), ok.to(), routes, ok.cseq().number());
    }

    /** A request of the callee inside the dialog that an INVITE and its 2xx made. */
    Request inDialogAsCallee(String method, Request invite, Response ok) {
        return inDialog(method, invite, ok.to(), ok.from(), invite.all(Keys.RECORD_ROUTES), 1);
    }

    private Request inDialog(
            String method, Message remote, NameAddr from, NameAddr to, List<NameAddr> routes, long acked) {
        Uri target = remote.all(Keys.CONTACTS).getFirst() instanceof Contact.Address address ? address.uri() : to.uri();
        Edit<Request> edit = Request.of(method, target).append(Keys.VIA, via()).append(Keys.MAX_FORWARDS, 70L);
        routes.forEach(route -> edit.append(Keys.ROUTES, route));
        long number = method.equals("ACK") ? acked : ++cseq + 100;
        edit.append(Keys.FROM, from)
                .append(Keys.TO, to)
                .append(Keys.CALL_ID, remote.callId())
                .append(Keys.CSEQ, new CSeq(number, method));
        if (!method.equals("ACK") && !method.equals("BYE")) {
            edit.append(Keys.CONTACTS, Contact.of(Uri.parse(contact())));
        }
        return edit.build();
    }

    /** Is called and rings, which the caller hears. */
    Request rings(Phone caller, String tag) {
        Request invited = expect("INVITE");
        answer(response(invited, 180, tag));
        caller.expect(180);
        return invited;
    }

    /** Answers the call, and the caller's ACK arrives; returns the 2xx as the caller has got it. */
    Response picksUp(Request invited, Phone caller, String tag) {
        answer(response(invited, 200, tag));
        Response ok = caller.expect(200);
        caller.send(caller.inDialogAsCaller("ACK", ok));
        expect("ACK");
        return ok;
    }

    /** Is called off and stops ringing; returns the CANCEL. */
    Request stopsRinging(Request invited, String tag) {
        Request cancel = expect("CANCEL");
        answer(response(cancel, 200, tag));
        answer(response(invited, 487, tag));
        return cancel;
    }

    /** The caller ends the call. */
    void hangsUp(Response ok, Phone callee) {
        hangsUp(inDialogAsCaller("BYE", ok), callee);
    }

    /** The callee ends the call. */
    void hangsUp(Request invited, Response ok, Phone caller) {
        hangsUp(inDialogAsCallee("BYE", invited, ok), caller);
    }

    private void hangsUp(Request bye, Phone other) {
        send(bye);
        other.answer(other.response(other.expect("BYE"), 200, ""));
        expect(200);
    }

    Request expect(String method) {
        return (Request) await(
                method,
                message ->
                        message instanceof Request request && request.method().equals(method));
    }

    Response expect(int status) {
        return (Response) await(
                String.valueOf(status), message -> message instanceof Response response && response.status() == status);
    }

    /** The next final response, whatever it is. */
    Response expectFinal() {
        return (Response)
                await("a final response", message -> message instanceof Response response && response.isFinal());
    }

    private Message await(String what, Predicate<Message> wanted) {
        long deadline = System.nanoTime() + WAIT_MILLIS * 1_000_000;
        List<String> others = new ArrayList<>();
        while (true) {
            Message held = take(wanted);
            if (held != null) {
                return held;
            }
            long left = (deadline - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                arrived.forEach(message -> others.add(shown(message)));
                throw new AssertionError(user + " waited for " + what + " and has " + others);
            }
            hear(left);
        }
    }

    @org.jspecify.annotations.Nullable
    private Message take(Predicate<Message> wanted) {
        for (Message message : List.copyOf(arrived)) {
            if (wanted.test(message)) {
                arrived.remove(message);
                return message;
            }
        }
        return null;
    }

    /** What comes within that time, none of which was expected; 100 does not count. */
    List<String> quiet(long millis) {
        long deadline = System.nanoTime() + millis * 1_000_000;
        for (long left = millis; left > 0; left = (deadline - System.nanoTime()) / 1_000_000) {
            hear(left);
        }
        return arrived.stream()
                .filter(message -> !(message instanceof Response response && response.status() == 100))
                .map(Phone::shown)
                .toList();
    }

    private void hear(long millis) {
        byte[] bytes = wire.receive(Duration.ofMillis(millis)).orElse(NOTHING);
        if (Parser.parse(bytes, 0, bytes.length) instanceof Framed.Message<Message>(var message, int _)
                && heard.merge(shown(message), 1, Integer::sum) > 0
                && seen.add(identity(message))) {
            arrived.add(message);
        }
    }

    /** How many of these came until now, repetitions counted: {@code 200/INVITE}. */
    int heard(String what) {
        return heard.getOrDefault(what, 0);
    }

    private static String identity(Message message) {
        String branch = message.topVia().branch().orElse("");
        return branch
                + shown(message)
                + message.to().tag().orElse("")
                + message.cseq().encode();
    }

    private static String shown(Message message) {
        return switch (message) {
            case Request request -> request.method();
            case Response response -> response.status() + "/" + response.method();
        };
    }

    @Override
    public void close() {
        wire.close();
    }
}
