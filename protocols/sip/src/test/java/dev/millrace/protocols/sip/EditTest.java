package dev.millrace.protocols.sip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.millrace.protocols.wire.HeaderKey;
import dev.millrace.protocols.wire.Malformed;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

final class EditTest {
    private static final HeaderKey<String> WHEEL = HeaderKey.text("X-Wheel");
    private static final String HEAD = "OPTIONS sip:a@mill.example SIP/2.0\r\n";

    record Row(String name, String before, UnaryOperator<Edit<?>> change, String after) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static Row row(String name, String before, UnaryOperator<Edit<?>> change, String after) {
        return new Row(name, before, change, after);
    }

    static final List<Row> ROWS = List.of(
            row("nothing", "V :  SIP/2.0/UDP a \r\nl: 0\r\n", edit -> edit, "V :  SIP/2.0/UDP a \r\nl: 0\r\n"),
            row(
                    "prepend before the first of its name, compact or not",
                    "To: <sip:a@b>\r\nv:SIP/2.0/UDP a\r\nVia: SIP/2.0/UDP b\r\nl:0\r\n",
                    edit -> edit.prepend(Keys.VIA, Via.parse("SIP/2.0/TCP c:5070;branch=x")),
                    "To: <sip:a@b>\r\n"
                            + "Via: SIP/2.0/TCP c:5070;branch=x\r\n"
                            + "v:SIP/2.0/UDP a\r\n"
                            + "Via: SIP/2.0/UDP b\r\n"
                            + "l:0\r\n"),
            row(
                    "prepend at the top where there is none",
                    "To: <sip:a@b>\r\nl:0\r\n",
                    edit -> edit.prepend(Keys.RECORD_ROUTES, NameAddr.parse("<sip:me;lr>")),
                    "Record-Route: <sip:me;lr>\r\nTo: <sip:a@b>\r\nl:0\r\n"),
            row(
                    "append at the end",
                    "X-Wheel: 1\r\nl:0\r\n",
                    edit -> edit.append(WHEEL, "2"),
                    "X-Wheel: 1\r\nl:0\r\nX-Wheel: 2\r\n"),
            row(
                    "replace all lines by one in place",
                    "x-wheel: 1\r\nTo: <sip:a@b>\r\nX-WHEEL : 2\r\n , 3\r\nl:0\r\n",
                    edit -> edit.replace(WHEEL, "4"),
                    "X-Wheel: 4\r\nTo: <sip:a@b>\r\nl:0\r\n"),
            row("replace adds", "l:0\r\n", edit -> edit.replace(WHEEL, "4"), "l:0\r\nX-Wheel: 4\r\n"),
            row(
                    "remove every spelling",
                    "Contact: <sip:a@b>\r\nM: <sip:c@d>\r\ncontact\t:\r\n\t<sip:e@f>\r\nl:0\r\n",
                    edit -> edit.remove(Keys.CONTACTS),
                    "l:0\r\n"),
            row("remove what is not there", "l:0\r\n", edit -> edit.remove(WHEEL), "l:0\r\n"),
            row(
                    "removeFirst takes the line with the only value",
                    "Route: <sip:a;lr>\r\nRoute: <sip:b;lr>\r\nl:0\r\n",
                    edit -> edit.removeFirst(Keys.ROUTES),
                    "Route: <sip:b;lr>\r\nl:0\r\n"),
            row(
                    "removeFirst takes a member out of a comma line",
                    "Route: \"a, b\" <sip:a;lr>;x=\"1,2\" ,  <sip:b,c;lr>,<sip:d;lr>\r\nl:0\r\n",
                    edit -> edit.removeFirst(Keys.ROUTES),
                    "Route: <sip:b,c;lr>,<sip:d;lr>\r\nl:0\r\n"),
            row(
                    "removeFirst takes a member out of a folded line",
                    "v: SIP/2.0/UDP a\r\n , SIP/2.0/UDP b\r\n  ;branch=1\r\nl:0\r\n",
                    edit -> edit.removeFirst(Keys.VIA),
                    "Via: SIP/2.0/UDP b ;branch=1\r\nl:0\r\n"),
            row(
                    "removeFirst twice",
                    "Route: <sip:a>, <sip:b>\r\nRoute: <sip:c>\r\nl:0\r\n",
                    edit -> edit.removeFirst(Keys.ROUTES).removeFirst(Keys.ROUTES),
                    "Route: <sip:c>\r\nl:0\r\n"),
            row(
                    "replaceFirst keeps the others of the line",
                    "Via: SIP/2.0/UDP a, SIP/2.0/UDP b\r\nl:0\r\n",
                    edit -> edit.replaceFirst(Keys.VIA, Via.parse("SIP/2.0/UDP a;received=192.0.2.1")),
                    "Via: SIP/2.0/UDP a;received=192.0.2.1, SIP/2.0/UDP b\r\nl:0\r\n"),
            row(
                    "replaceFirst of a name without list takes the line",
                    "Subject: a, b\r\nl:0\r\n",
                    edit -> edit.replaceFirst(HeaderKey.text("Subject"), "c"),
                    "Subject: c\r\nl:0\r\n"),
            row(
                    "prepended and removed again",
                    "v: SIP/2.0/UDP a\r\nl:0\r\n",
                    edit -> edit.prepend(Keys.VIA, Via.parse("SIP/2.0/UDP b")).removeFirst(Keys.VIA),
                    "v: SIP/2.0/UDP a\r\nl:0\r\n"),
            row(
                    "a missing Content-Length is added",
                    "To: <sip:a@b>\r\n",
                    edit -> edit,
                    "To: <sip:a@b>\r\nContent-Length: 0\r\n"));

    @ParameterizedTest
    @FieldSource("ROWS")
    void edits(Row row) {
        Message before = MessageTest.parse(HEAD + row.before + "\r\n");
        byte[] untouched = before.encode().clone();
        Message after = row.change.apply(before.edit()).build();
        assertThat(new String(after.encode(), java.nio.charset.StandardCharsets.UTF_8))
                .isEqualTo(HEAD + row.after + "\r\n");
        assertThat(before.encode()).isEqualTo(untouched);
        // The lines of what was built are those that a parser finds in it.
        assertThat(after.names())
                .isEqualTo(MessageTest.parse(HEAD + row.after + "\r\n").names());
    }

    @Test
    void aProxysChanges() {
        Request invite = (Request) MessageTest.parse(Samples.INVITE);
        Request forwarded = invite.edit()
                .uri(Uri.parse("sip:weir@192.0.2.44:5062;ob"))
                .removeFirst(Keys.ROUTES)
                .prepend(Keys.VIA, Via.parse("SIP/2.0/UDP 203.0.113.4;branch=z9hG4bKnew"))
                .prepend(Keys.RECORD_ROUTES, NameAddr.parse("<sip:203.0.113.4;lr>"))
                .replace(Keys.MAX_FORWARDS, 68L)
                .build();
        String expected = Samples.INVITE
                .replace("INVITE sip:weir@mill.example", "INVITE sip:weir@192.0.2.44:5062;ob")
                .replace("Route: <sip:edge.mill.example;lr>\r\n", "")
                .replaceFirst("Via: ", "Via: SIP/2.0/UDP 203.0.113.4;branch=z9hG4bKnew\r\nVia: ")
                .replace("Record-Route: ", "Record-Route: <sip:203.0.113.4;lr>\r\nRecord-Route: ")
                .replace("Max-Forwards: 69", "Max-Forwards: 68");
        assertThat(forwarded).isEqualTo(MessageTest.parse(expected));
        assertThat(forwarded.vias()).hasSize(3);
        assertThat(forwarded.maxForwards()).isEqualTo(68);
        assertThat(forwarded.routes()).isEmpty();
        assertThat(forwarded.uri().encode()).isEqualTo("sip:weir@192.0.2.44:5062;ob");
        assertThat(forwarded.body()).isEqualTo(invite.body());
        assertThat(forwarded.from()).isEqualTo(invite.from());
    }

    @Test
    void contactsAreReadOnceUnlessTheyChange() {
        Request invite = (Request) MessageTest.parse(Samples.INVITE);
        assertThat(invite.contacts()).isEqualTo(invite.all(Keys.CONTACTS)).isNotEmpty();
        Request same = invite.edit().replace(Keys.MAX_FORWARDS, 68L).build();
        assertThat(same.contacts()).isSameAs(invite.contacts());
        Contact more = Contact.of(Uri.parse("sip:other@192.0.2.9"));
        assertThat(invite.edit().append(Keys.CONTACTS, more).build().contacts())
                .hasSize(invite.contacts().size() + 1);
        assertThat(invite.edit().remove(Keys.CONTACTS).build().contacts()).isEmpty();
    }

    @Test
    void anotherBody() {
        Request invite = (Request) MessageTest.parse(Samples.INVITE);
        Request other = invite.edit().body("text/plain", Samples.bytes("hm")).build();
        assertThat(other.body()).isEqualTo(Samples.bytes("hm"));
        assertThat(other.first(Keys.CONTENT_TYPE)).contains("text/plain");
        assertThat(other.first(Keys.CONTENT_LENGTH)).contains(2L);
        Request none = invite.edit().body("", new byte[0]).build();
        assertThat(none.has(Keys.CONTENT_TYPE)).isFalse();
        assertThat(none.first(Keys.CONTENT_LENGTH)).contains(0L);
        assertThat(MessageTest.parse(new String(none.encode(), java.nio.charset.StandardCharsets.UTF_8)))
                .isEqualTo(none);
    }

    @Test
    void aWrongContentLengthIsOverruled() {
        Request invite = (Request) MessageTest.parse(Samples.INVITE);
        Request built = invite.edit().replace(Keys.CONTENT_LENGTH, 7L).build();
        assertThat(built.first(Keys.CONTENT_LENGTH)).contains((long) invite.bodyLength());
        assertThat(built.body()).isEqualTo(invite.body());
        assertThat(built.count(Keys.CONTENT_LENGTH)).isEqualTo(1);
    }

    @Test
    void aRequestFromNothing() {
        Request source = (Request) MessageTest.parse(Samples.INVITE);
        Request cancel = Request.of("CANCEL", source.uri())
                .append(Keys.VIA, source.topVia())
                .copy(source, Keys.FROM, Keys.TO, Keys.CALL_ID, Keys.ROUTES)
                .append(Keys.CSEQ, new CSeq(1, "CANCEL"))
                .append(Keys.MAX_FORWARDS, 70L)
                .build();
        assertThat(Validity.check(cancel)).isEmpty();
        assertThat(cancel.names())
                .containsExactly("Via", "From", "To", "Call-ID", "Route", "CSeq", "Max-Forwards", "Content-Length");
        assertThat(cancel.from()).isEqualTo(source.from());
    }

    @Test
    void manyLinesGrow() {
        Edit<Request> edit = Request.of("OPTIONS", Uri.parse("sip:a"));
        for (int i = 0; i < 100; i++) {
            edit.append(WHEEL, Integer.toString(i));
        }
        assertThat(edit.build().all(WHEEL)).hasSize(100).endsWith("99");
    }

    @Test
    void nothingThatIsWrittenCanBeginAnotherLine() {
        Request invite = (Request) MessageTest.parse(Samples.INVITE);
        for (String evil : List.of("a\r\nRoute: <sip:thief>", "a\nb", "a\rb", "a\0b")) {
            assertThatExceptionOfType(Malformed.class)
                    .isThrownBy(() -> invite.edit().append(WHEEL, evil));
            assertThatExceptionOfType(Malformed.class)
                    .isThrownBy(() -> invite.edit().replaceFirst(Keys.USER_AGENT, evil));
            assertThatExceptionOfType(Malformed.class).isThrownBy(() -> Response.to(invite, 200, evil));
            assertThatExceptionOfType(Malformed.class).isThrownBy(() -> Response.to(invite, 200, "OK", evil));
            assertThatExceptionOfType(Malformed.class)
                    .isThrownBy(() -> invite.edit().uri(new OtherUri("x", evil)));
            assertThatExceptionOfType(Malformed.class)
                    .isThrownBy(() -> invite.edit().append(Keys.CONTACTS, Contact.of(new OtherUri("x", evil))));
        }
        assertThatExceptionOfType(Malformed.class).isThrownBy(() -> Request.of("A B", Uri.parse("sip:a")));
    }

    @Test
    void responses() {
        Request invite = (Request) MessageTest.parse(Samples.INVITE.replace("CSeq:", "Timestamp: 54\r\nCSeq:"));
        Response trying = Response.to(invite, 100, "Trying").build();
        assertThat(trying.names())
                .containsExactly("Via", "Via", "To", "From", "Call-ID", "Timestamp", "CSeq", "Content-Length");
        Response ok = Response.to(invite, 200, "OK", "mine").build();
        assertThat(ok.names())
                .containsExactly("Via", "Via", "Record-Route", "To", "From", "Call-ID", "CSeq", "Content-Length");
        assertThat(ok.to().encode()).isEqualTo("<sip:weir@mill.example>;tag=mine");
        assertThat(ok.vias()).isEqualTo(invite.vias());
        assertThat(ok.status()).isEqualTo(200);
        assertThat(Response.to(invite, 404, "Not Found", "x").build().has(Keys.RECORD_ROUTES))
                .isFalse();
        Request inDialog = (Request) MessageTest.parse(
                Samples.INVITE.replace("To: <sip:weir@mill.example>", "t: <sip:weir@mill.example>\r\n ;tag=theirs"));
        assertThat(Response.to(inDialog, 200, "OK", "mine").build().to().tag()).contains("theirs");
        assertThat(new String(
                        Response.to(inDialog, 200, "OK", "mine").build().encode(),
                        java.nio.charset.StandardCharsets.UTF_8))
                .contains("\r\nt: <sip:weir@mill.example>\r\n ;tag=theirs\r\n");
    }

    static final List<Row> SEEN = List.of(
            seen("nothing to say", "v: SIP/2.0/UDP 192.0.2.9\r\nl: 0\r\n", "v: SIP/2.0/UDP 192.0.2.9\r\nl: 0\r\n"),
            seen(
                    "in its place, what stands around it as it was",
                    "To: <sip:a@b>\r\nV :  SIP/2.0/UDP 10.0.0.1;rport;branch=x , SIP/2.0/TCP c\r\nl: 0\r\n",
                    "To: <sip:a@b>\r\nV :  SIP/2.0/UDP 10.0.0.1;rport=5062;branch=x;received=192.0.2.9 , SIP/2.0/TCP c\r\nl: 0\r\n"),
            seen(
                    "what the sender claims is written over, and may be shorter",
                    "Via: SIP/2.0/UDP 10.0.0.1;rport=61234;received=198.51.100.200\r\nVia: SIP/2.0/UDP d\r\nl: 0\r\n",
                    "Via: SIP/2.0/UDP 10.0.0.1;rport=5062;received=192.0.2.9\r\nVia: SIP/2.0/UDP d\r\nl: 0\r\n"),
            seen(
                    "a folded line is written anew",
                    "Via: SIP/2.0/UDP\r\n 10.0.0.1;rport\r\nl: 0\r\n",
                    "Via: SIP/2.0/UDP 10.0.0.1;rport=5062;received=192.0.2.9\r\nl: 0\r\n"),
            seen(
                    "a missing length is added",
                    "Via: SIP/2.0/UDP 10.0.0.1\r\n",
                    "Via: SIP/2.0/UDP 10.0.0.1;received=192.0.2.9\r\nContent-Length: 0\r\n"));

    private static Row seen(String name, String before, String after) {
        return row(name, before, edit -> edit, after);
    }

    @ParameterizedTest
    @FieldSource("SEEN")
    void whatWasSeenOfTheSender(Row row) {
        Request request = (Request) MessageTest.parse(HEAD + row.before() + "\r\n");
        Request seen = request.seenFrom("192.0.2.9", 5062);
        assertThat(new String(seen.encode(), java.nio.charset.StandardCharsets.UTF_8))
                .isEqualTo(HEAD + row.after() + "\r\n");
        Request again = (Request) MessageTest.parse(HEAD + row.after() + "\r\n");
        assertThat(seen).isEqualTo(again);
        assertThat(seen.vias()).isEqualTo(again.vias());
        assertThat(seen.topVia()).isEqualTo(again.topVia());
        assertThat(seen.uri()).isEqualTo(again.uri());
        assertThat(seen.names()).isEqualTo(again.names());
    }

    @Test
    void aBodyIsKeptBehindALongerVia() {
        Request invite = (Request) MessageTest.parse(Samples.INVITE);
        Request seen = invite.seenFrom("2001:db8::beef:77", 40_000);
        assertThat(seen.length()).isGreaterThan(invite.length());
        assertThat(seen.body()).isEqualTo(invite.body());
        assertThat(seen.callId()).isEqualTo(invite.callId());
        assertThat(seen.contacts()).isEqualTo(invite.contacts());
        assertThat(seen.encode()).hasSize(seen.length());
    }

    static final List<String> VIAS = List.of(
            "Via: SIP/2.0/UDP a\r\nl: 0\r\n",
            "To: <sip:a@b>\r\nv:SIP/2.0/UDP a\r\nVia: SIP/2.0/UDP b\r\nl:4\r\nX: y\r\n",
            "Via: SIP/2.0/UDP a, SIP/2.0/UDP b\r\nContent-Length: 0\r\n",
            "Via: SIP/2.0/UDP\r\n a\r\nVia: SIP/2.0/UDP b\r\nContent-Length: 0\r\n",
            "To: <sip:a@b>\r\nContent-Length: 0\r\nVia: SIP/2.0/UDP a\r\n",
            "To: <sip:a@b>\r\nContent-Length: 0\r\n",
            "Via: SIP/2.0/UDP a\r\nTo: <sip:a@b>\r\n");

    @ParameterizedTest
    @FieldSource("VIAS")
    void aViaOnTopOrTakenOffIsTheSameInRunsAndByLine(String head) {
        String body = head.contains("l:4") ? "four" : "";
        Via ours = Via.parse("SIP/2.0/TCP [2001:db8::1]:5070;branch=z9hG4bKx");
        Request request = (Request) MessageTest.parse(HEAD + head + "\r\n" + body);
        same(request.under(ours), request.edit().prepend(Keys.VIA, ours).build());
        assertThat(request.under(ours).topVia()).isEqualTo(ours);
        assertThat(request.under(ours).uri()).isEqualTo(request.uri());
        Response response = (Response) MessageTest.parse("SIP/2.0 200 OK\r\n" + head + "\r\n" + body);
        same(response.withoutTopVia(), response.edit().removeFirst(Keys.VIA).build());
        assertThat(response.withoutTopVia().status()).isEqualTo(200);
    }

    private static void same(Message inRuns, Message byLine) {
        assertThat(inRuns).isEqualTo(byLine);
        assertThat(inRuns.encode()).isEqualTo(byLine.encode());
        assertThat(inRuns.names()).isEqualTo(byLine.names());
        assertThat(inRuns.body()).isEqualTo(byLine.body());
        Message again = MessageTest.parse(new String(inRuns.encode(), java.nio.charset.StandardCharsets.UTF_8));
        assertThat(inRuns.all(Keys.VIA)).isEqualTo(again.all(Keys.VIA));
        assertThat(inRuns.text("X")).isEqualTo(again.text("X"));
    }
}
