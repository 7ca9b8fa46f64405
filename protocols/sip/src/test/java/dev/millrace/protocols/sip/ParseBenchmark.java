package dev.millrace.protocols.sip;

import dev.millrace.protocols.sip.proxy.Forwarding;
import dev.millrace.protocols.sip.transaction.TransactionKey;
import dev.millrace.protocols.wire.Framed;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/** What a message costs on its way; README.md says how to run it and what it gave. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
@State(Scope.Thread)
public class ParseBenchmark {
    /** Which message. */
    @Param({"REGISTER", "INVITE"})
    public String sample = "REGISTER";

    private byte[] wire = Samples.bytes(Samples.REGISTER);
    private final Via via = Via.parse("SIP/2.0/UDP 203.0.113.4:5060;branch=z9hG4bKn0.51c7e2");
    private final NameAddr route = NameAddr.parse("<sip:203.0.113.4;lr>");
    private final Uri target = Uri.parse("sip:weir@192.0.2.44:5066;ob");
    private final Contact contact = Contact.parse("<sip:miller@192.0.2.31:5062>;expires=3600");
    private final byte[] ringing = Samples.bytes(Samples.RINGING);
    private static final Forwarding.Own OWN =
            new Forwarding.Own(uri -> uri.host().equals("edge.mill.example"), via -> false, Set.of());
    private final StreamFramer framer = new StreamFramer();

    /** Takes the sample. */
    @org.openjdk.jmh.annotations.Setup
    public void sample() {
        wire = Samples.bytes(sample.equals("INVITE") ? Samples.INVITE : Samples.REGISTER);
    }

    private Request parsed() {
        Framed<Message> framed = Parser.parse(wire, 0, wire.length);
        return (Request) ((Framed.Message<Message>) framed).message();
    }

    /** Start line, lines and Content-Length. */
    @Benchmark
    public Request structure() {
        return parsed();
    }

    /** The same and all that a proxy touches: top Via, From tag, To, Call-ID, CSeq, Route, Max-Forwards, Request-URI. */
    @Benchmark
    public Request proxied(Blackhole sink) {
        Request request = parsed();
        sink.consume(request.topVia().branch());
        sink.consume(request.from().tag());
        sink.consume(request.to());
        sink.consume(request.callId());
        sink.consume(request.cseq());
        sink.consume(request.routes());
        sink.consume(request.maxForwards());
        sink.consume(request.uri());
        return request;
    }

    /** The same fields through the check that every request passes. */
    @Benchmark
    public boolean checked() {
        return Validity.check(parsed()).isEmpty();
    }

    /** Parsed, changed as a proxy changes it, and encoded. */
    @Benchmark
    public byte[] forwarded() {
        return parsed().edit()
                .prepend(Keys.VIA, via)
                .removeFirst(Keys.ROUTES)
                .prepend(Keys.RECORD_ROUTES, route)
                .replace(Keys.MAX_FORWARDS, 69L)
                .build()
                .encode();
    }

    /**
     * A REGISTER as a registrar takes it, but for the bus and the hash: check, the source written into Via, the keys of the
     * transaction, the fields that it reads, and the 200.
     */
    @Benchmark
    public byte[] registered(Blackhole sink) {
        Request request = stamped(parsed(), sink);
        sink.consume(request.to().sipUri().addressOfRecord());
        sink.consume(request.all(Keys.CONTACTS));
        sink.consume(request.first(Keys.EXPIRES));
        sink.consume(request.all(Keys.PATHS));
        sink.consume(request.all(Keys.SUPPORTEDS));
        sink.consume(request.all(Keys.REQUIRES));
        sink.consume(request.all(Keys.AUTHORIZATION));
        sink.consume(request.text("User-Agent"));
        return Response.to(request, 200, "OK", "51c7e2")
                .append(Keys.CONTACTS, contact)
                .append(Keys.DATE, "Sat, 21 Nov 2026 15:00:00 GMT")
                .build()
                .encode();
    }

    /** A request as a stateful proxy forwards it: check, stamp, loop check, our route off, copy for the branch, our Via. */
    @Benchmark
    public byte[] proxiedOn(Blackhole sink) {
        Request request = stamped(parsed(), sink);
        Forwarding.Check check = Forwarding.check(request, OWN, () -> "51c7e2");
        Request routed = Forwarding.preprocess(request, OWN).request();
        Forwarding.Plan plan = new Forwarding.Plan(target, List.of(route), List.of(), 60);
        Request copy = Forwarding.copy(routed, plan).request();
        Request sent = copy.edit().prepend(Keys.VIA, via).build();
        sink.consume(TransactionKey.ofSent(sent));
        sink.consume(check);
        return sent.encode();
    }

    /** A response on its way back: check, the key of its transaction, our Via off. */
    @Benchmark
    public byte[] answeredBack(Blackhole sink) {
        Framed<Message> framed = Parser.parse(ringing, 0, ringing.length);
        Response response = (Response) ((Framed.Message<Message>) framed).message();
        sink.consume(Validity.check(response));
        sink.consume(TransactionKey.ofResponse(response));
        return Forwarding.stripVia(response).orElseThrow().encode();
    }

    private static Request stamped(Request request, Blackhole sink) {
        sink.consume(Validity.check(request));
        Request seen = request.seenFrom("198.51.100.9", 5062);
        sink.consume(TransactionKey.ofReceived(seen));
        sink.consume(seen.callId());
        sink.consume(seen.from().tag());
        sink.consume(seen.cseq());
        sink.consume(seen.to().tag());
        return seen;
    }

    /** Out of a stream, one copy into the framer and one out of it. */
    @Benchmark
    public Framed<Inbound> streamed() {
        framer.append(ByteBuffer.wrap(wire, 0, wire.length));
        return framer.next();
    }
}
