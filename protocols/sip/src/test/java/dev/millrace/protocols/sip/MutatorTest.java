package dev.millrace.protocols.sip;

import dev.millrace.platform.testkit.Mutator;
import dev.millrace.protocols.wire.Framed;
import dev.millrace.protocols.wire.HeaderKey;
import dev.millrace.protocols.wire.Malformed;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Hostile bytes: nothing but {@link Malformed} comes out, what was read can be written and is read the same again. */
final class MutatorTest {
    private static final int EXECUTIONS = 120_000;

    private static List<byte[]> bytes(String... texts) {
        return Stream.of(texts).map(Samples::bytes).toList();
    }

    @Test
    void datagrams() {
        List<byte[]> samples = Samples.MESSAGES.stream().map(Samples::bytes).toList();
        Mutator.of(3261).run("sip message", EXECUTIONS, samples, wire -> {
            switch (Parser.parse(wire, 0, wire.length)) {
                case Framed.NeedMore<Message> _ -> {}
                case Framed.Broken<Message>(Malformed why) ->
                    Parser.answerable(wire, 0, wire.length)
                            .ifPresent(request -> whole(Refusal.of(why).answer(request, "t")));
                case Framed.Message<Message>(Message message, int _) -> judge(message);
            }
        });
    }

    private static void judge(Message message) {
        switch (message) {
            case Request request -> {
                if (Validity.check(request).isPresent()) {
                    whole(Validity.check(request).get().answer(request, "t"));
                    return;
                }
                Validity.forProxy(request, Set.of());
                Validity.forRegistrar(request, Set.of());
                request.uri();
                forwarded(request);
                whole(Response.to(request, 180, "Ringing", "t").build());
                whole(Response.to(request, 404, "Not Found").build());
            }
            case Response response -> {
                if (Validity.check(response).isEmpty()) {
                    Response below = response.edit().removeFirst(Keys.VIA).build();
                    whole(below);
                    whole(response.withoutTopVia());
                    same(response.withoutTopVia(), below);
                }
            }
        }
        malformedOnly(() -> message.all(Keys.CONTACTS));
        malformedOnly(() -> message.all(Keys.RECORD_ROUTES));
        malformedOnly(() -> message.first(Keys.SUPPORTEDS));
        message.names();
    }

    private static void forwarded(Request request) {
        Request forwarded = request.edit()
                .prepend(Keys.VIA, Via.parse("SIP/2.0/UDP a;branch=b"))
                .removeFirst(Keys.ROUTES)
                .remove(Keys.USER_AGENT)
                .build();
        whole(forwarded);
        Via ours = Via.parse("SIP/2.0/UDP a;branch=b");
        whole(request.under(ours));
        same(request.under(ours), request.edit().prepend(Keys.VIA, ours).build());
        Request stamped = request.seenFrom("192.0.2.9", 5062);
        whole(stamped);
        if (!stamped.topVia().equals(request.topVia().seenFrom("192.0.2.9", 5062))
                || stamped.vias().size() != request.vias().size()) {
            throw new AssertionError("another Via");
        }
        whole(stamped.edit()
                .uri(Uri.parse("sip:a;lr"))
                .append(Keys.ROUTES, NameAddr.of(request.uri()))
                .replace(Keys.CONTENT_LENGTH, 7L)
                .build());
        whole(stamped.edit().replace(Keys.TO, request.from()).remove(Keys.VIA).build());
        if (!Validity.check(forwarded).isEmpty()) {
            throw new AssertionError("sound before, not after");
        }
        if (!forwarded.from().equals(request.from())
                || forwarded.vias().size() != request.vias().size() + 1) {
            throw new AssertionError("another message");
        }
    }

    /** What is copied in runs is what is copied line by line. */
    private static void same(Message inRuns, Message byLine) {
        if (!inRuns.equals(byLine)
                || !inRuns.names().equals(byLine.names())
                || !fields(inRuns).equals(fields(byLine))) {
            throw new AssertionError("in runs " + fields(inRuns) + ", by line " + fields(byLine));
        }
    }

    /** What we send is one message to the bytes, over a datagram and over a stream. */
    private static void whole(Message message) {
        byte[] wire = message.encode();
        if (!(Parser.parse(wire, 0, wire.length) instanceof Framed.Message<Message>(Message again, int _))
                || !again.equals(message)) {
            throw new AssertionError("not one message: " + new String(wire, StandardCharsets.ISO_8859_1));
        }
        if (!fields(message).equals(fields(again))) {
            throw new AssertionError("taken over " + fields(message) + ", read " + fields(again));
        }
    }

    /** What a message remembers, some of it taken over from the one it was built of. */
    private static List<Object> fields(Message message) {
        return List.of(
                read(message::topVia),
                read(message::vias),
                read(message::from),
                read(message::to),
                read(message::callId),
                read(message::cseq),
                read(message::method),
                read(message::routes),
                message instanceof Request request ? read(request::uri) : "");
    }

    private static Object read(Supplier<Object> field) {
        try {
            return field.get();
        } catch (Malformed malformed) {
            return malformed.rule();
        }
    }

    private static void malformedOnly(Runnable read) {
        try {
            read.run();
        } catch (Malformed malformed) {
            // What a parser may throw.
        }
    }

    @Test
    void streams() {
        byte[] two = Samples.bytes(Samples.INVITE + "\r\n\r\n" + Samples.COMPACT);
        List<byte[]> samples = List.of(two, Samples.bytes(Samples.RINGING + Samples.REGISTER));
        Mutator.of(183).run("sip stream", EXECUTIONS, samples, wire -> {
            StreamFramer framer = new StreamFramer();
            int half = wire.length / 2;
            framer.append(ByteBuffer.wrap(wire, 0, half));
            drain(framer);
            framer.append(ByteBuffer.wrap(wire, half, wire.length - half));
            drain(framer);
            framer.answerable();
            if (framer.buffered() > wire.length) {
                throw new AssertionError("more kept than came");
            }
        });
    }

    private static void drain(StreamFramer framer) {
        while (framer.next() instanceof Framed.Message<Inbound>(Inbound inbound, int _)) {
            if (inbound instanceof Message message) {
                whole(message.edit().build());
            }
        }
    }

    @Test
    void uris() {
        List<byte[]> samples = bytes(
                "sip:a%20b;c=d:pw@Host.Example:5071;transport=tls;lr;x=%41?a=b&c=d",
                "sips:alice@[2001:db8::192.0.2.1]:5061;maddr=[::1]",
                "tel:+1-201-555-0123;phone-context=example.com",
                "urn:service:sos.fire");
        Mutator.of(191)
                .run(
                        "sip uri",
                        EXECUTIONS,
                        samples,
                        wire -> malformedOnly(() -> {
                            Uri uri = Uri.parse(new String(wire, StandardCharsets.UTF_8));
                            same(uri, Uri.parse(uri.encode()));
                            if (uri instanceof SipUri sip) {
                                if (!sip.sameAs(sip)) {
                                    throw new AssertionError("not the same as itself: " + sip);
                                }
                                same(
                                        sip.addressOfRecord(),
                                        SipUri.parse(sip.addressOfRecord()).addressOfRecord());
                                sip.with("x", "y%").without("x").asRequestUri();
                            }
                        }));
    }

    @Test
    void vias() {
        values(
                "sip via",
                Keys.VIA,
                via -> via.seenFrom("192.0.2.1", 5060).branch(),
                "SIP/2.0/UDP 198.51.100.7:5060;branch=z9hG4bK7c31.0e9d4f62a8b5.1;received=198.51.100.7;rport=5062",
                " SIP / 2.0 / TCP  [2001:db8::1] : 5070 ; branch = x ;y=\"a\\\"b;c\";rport");
    }

    @Test
    void nameAddrs() {
        values(
                "sip name-addr",
                Keys.FROM,
                address -> address.with("tag", "x").tag(),
                "\"Mara \\\"Mill\\\" Miller\" <sip:miller@mill.example;lr?a=b>;tag=4bd07716;x=\"a;b\"",
                "Mara Miller <tel:+49-30-1234;ext=1> ; tag = 1",
                "sip:a@b;tag=c;flag");
    }

    @Test
    void contacts() {
        values(
                "sip contact",
                Keys.CONTACTS,
                contact -> {
                    if (contact instanceof Contact.Address address) {
                        malformedOnly(address::q1000);
                        malformedOnly(address::regId);
                        address.expires();
                        address.instance();
                    }
                    return contact;
                },
                "*",
                "\"A\""
                        + " <sip:a@b:5062;ob>;q=0.7;expires=60;+sip.instance=\"<urn:uuid:0C67446E-F1A1-11D9-94D3-000A95A0E128>\";reg-id=2",
                "sip:a@b;expires=3600");
    }

    @Test
    void sequenceNumbersAndParameters() {
        values("sip cseq", Keys.CSEQ, CSeq::number, "4711 INVITE", "0 *odd~Method'9_+`.!%-x");
        HeaderKey<Params> params = new HeaderKey<>("X", "", Params::parse, Params::encode);
        values(
                "sip params",
                params,
                value -> value.with("a", "b c").without("d").all(),
                ";a=b; c = \"d\\\"e\" ;f");
    }

    private static <T> void values(String name, HeaderKey<T> key, Function<T, Object> use, String... texts) {
        Mutator.of(20)
                .run(
                        name,
                        EXECUTIONS,
                        bytes(texts),
                        wire -> malformedOnly(() -> {
                            T value = key.parse().apply(new String(wire, StandardCharsets.UTF_8));
                            malformedOnly(() -> Objects.requireNonNull(use.apply(value)));
                            same(value, key.parse().apply(key.encode().apply(value)));
                        }));
    }

    private static void same(Object value, Object again) {
        if (!again.equals(value)) {
            throw new AssertionError(value + " came back as " + again);
        }
    }
}
