package dev.millrace.services.proxy.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.platform.contracts.Flows.FlowRef;
import dev.millrace.platform.contracts.Transport;
import dev.millrace.platform.doors.sip.SipDoor;
import dev.millrace.platform.runtime.HostPort;
import dev.millrace.protocols.sip.Edit;
import dev.millrace.protocols.sip.Keys;
import dev.millrace.protocols.sip.NameAddr;
import dev.millrace.protocols.sip.Request;
import dev.millrace.protocols.sip.Response;
import dev.millrace.protocols.sip.SipUri;
import dev.millrace.services.proxy.core.RecordRoute.InDialog;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A dialog that began through us comes back through us, in both directions, and nothing else does. */
class RecordRouteTest {
    private static final Seal SEAL = new TestSeal("key");
    private static final FlowRef ALICE = new FlowRef("node-a", Transport.UDP, 0, 0, "192.0.2.9", 5060);
    private static final FlowRef BOB = new FlowRef("node-b", Transport.WSS, 7, 4, "192.0.2.10", 40_000);
    private static final RouteToken SIDES = new RouteToken(Side.of(ALICE), Side.of(BOB));
    private static final SipUri UDP = SipDoor.route("", Transport.UDP, new HostPort("front.example.com", 5060));
    private static final SipUri WSS = SipDoor.route("", Transport.WSS, new HostPort("front.example.com", 8443));
    private static final Request INVITE = Requests.of("INVITE", "sip:bob@example.com");

    private static Request inside(String from, String to) {
        return Requests.request("BYE", "sip:x@192.0.2.9", "<sip:x@y>;tag=" + from, "<sip:z@y>;tag=" + to);
    }

    @Test
    void oneEntryWhereBothSidesReachUsAlike() {
        List<NameAddr> entries = RecordRoute.entries(SEAL, INVITE, SIDES, UDP, UDP);
        assertThat(entries).hasSize(1);
        assertThat(entries.getFirst().encode())
                .startsWith("<sip:")
                .endsWith("@front.example.com:5060;lr>")
                .doesNotContain("transport");
        assertThat(RecordRoute.read(SEAL, inside("a", "b"), entries))
                .contains(new InDialog(true, SIDES.caller(), SIDES.callee()));
        assertThat(RecordRoute.read(SEAL, inside("b", "a"), entries))
                .contains(new InDialog(false, SIDES.callee(), SIDES.caller()));
    }

    @Test
    void twoEntriesWhereTheyDoNot() {
        List<NameAddr> entries = RecordRoute.entries(SEAL, INVITE, SIDES, UDP, WSS);
        assertThat(entries).hasSize(2);
        assertThat(entries.getFirst().encode()).endsWith("@front.example.com:8443;transport=ws;lr>");
        assertThat(entries.getLast().encode()).endsWith("@front.example.com:5060;lr>");
        // The callee's route set is in the order of the entries, the caller's is turned round.
        assertThat(RecordRoute.read(SEAL, inside("b", "a"), entries))
                .contains(new InDialog(false, SIDES.callee(), SIDES.caller()));
        assertThat(RecordRoute.read(SEAL, inside("a", "b"), entries.reversed()))
                .contains(new InDialog(true, SIDES.caller(), SIDES.callee()));
        // Half of it does not tell where to go.
        assertThat(RecordRoute.read(SEAL, inside("a", "b"), entries.subList(1, 2)))
                .isEmpty();
    }

    @Test
    void theWayOnToTheCalleeIsAboveOurs() {
        List<NameAddr> ours = RecordRoute.entries(SEAL, INVITE, SIDES, UDP, WSS);
        Edit<Response> ok = Response.to(INVITE, 200, "OK", "b").append(Keys.RECORD_ROUTES, route("near.example.com"));
        ok.append(Keys.RECORD_ROUTES, route("next.example.com"));
        ours.forEach(entry -> ok.append(Keys.RECORD_ROUTES, entry));
        Response success =
                ok.append(Keys.RECORD_ROUTES, route("caller.example.com")).build();
        assertThat(RecordRoute.onwards(SEAL, success))
                .containsExactly(route("next.example.com"), route("near.example.com"));
    }

    private static NameAddr route(String host) {
        return NameAddr.of(SipDoor.route("", Transport.UDP, new HostPort(host, 5060)));
    }

    @ParameterizedTest
    @CsvSource({"a, ''", "x, y", "'', a"})
    void othersTagsOpenNothing(String from, String to) {
        Request forged = Requests.request(
                "BYE",
                "sip:x@192.0.2.9",
                "<sip:x@y>" + (from.isEmpty() ? "" : ";tag=" + from),
                "<sip:z@y>" + (to.isEmpty() ? "" : ";tag=" + to));
        assertThat(RecordRoute.read(SEAL, forged, RecordRoute.entries(SEAL, INVITE, SIDES, UDP, UDP)))
                .isEmpty();
    }

    @Test
    void aTokenOfAnotherClusterOrNoneOpensNothing() {
        assertThat(RecordRoute.read(
                        SEAL, inside("a", "b"), RecordRoute.entries(new TestSeal("another"), INVITE, SIDES, UDP, UDP)))
                .isEmpty();
        assertThat(RecordRoute.read(
                        SEAL, inside("a", "b"), List.of(NameAddr.of(SipUri.parse("sip:front.example.com;lr")))))
                .isEmpty();
        assertThat(RecordRoute.read(SEAL, inside("a", "b"), List.of())).isEmpty();
    }

    @Test
    void anAddressOfIpv6StandsInBrackets() {
        SipUri door = SipDoor.route("", Transport.TLS, new HostPort("2001:db8::1", 5061));
        assertThat(RecordRoute.entries(SEAL, INVITE, SIDES, door, door)
                        .getFirst()
                        .encode())
                .endsWith("@[2001:db8::1]:5061;transport=tls;lr>");
    }

    @Test
    void onlyWhatMayBeginADialogIsRoutedIn() {
        assertThat(List.of("INVITE", "SUBSCRIBE", "REFER", "NOTIFY", "NEWMETHOD"))
                .allMatch(RecordRoute::wanted);
        assertThat(List.of("MESSAGE", "OPTIONS", "PUBLISH", "REGISTER")).noneMatch(RecordRoute::wanted);
        assertThat(RecordRoute.again("INVITE")).isTrue();
        assertThat(RecordRoute.again("BYE")).isFalse();
    }
}
