package dev.millrace.services.proxy.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.platform.contracts.Flows.FlowRef;
import dev.millrace.platform.contracts.Location.Binding;
import dev.millrace.platform.contracts.Transport;
import dev.millrace.platform.runtime.testing.TestBinding;
import dev.millrace.protocols.sip.NameAddr;
import dev.millrace.protocols.sip.Request;
import dev.millrace.protocols.sip.Uri;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** By what a phone is reached, in which order. */
class WayTest {
    private static final Uri CONTACT = Uri.parse("sip:bob@192.0.2.10:5071");
    private static final FlowRef UDP = flow(Transport.UDP);
    private static final FlowRef TLS = flow(Transport.TLS);
    private static final FlowRef WSS = flow(Transport.WSS);

    private static FlowRef flow(Transport transport) {
        return new FlowRef("node-a", transport, transport.reliable() ? 7 : 0, 0, "192.0.2.10", 40_000);
    }

    private static Binding binding(String contact, @Nullable FlowRef flow, int regId, String... path) {
        return TestBinding.at(contact)
                .over(Optional.ofNullable(flow))
                .instance(regId > 0 ? "urn:uuid:1" : "", regId)
                .path(List.of(path))
                .build();
    }

    private static Way overFlow(FlowRef flow) {
        return new Way.OverFlow(CONTACT, flow);
    }

    private static Way byAddress(String... path) {
        return new Way.ByAddress(
                CONTACT, List.of(path).stream().map(NameAddr::parse).toList(), path.length > 0);
    }

    @Test
    void theFlowFirstThenTheContact() {
        Uri inside = Uri.parse("sip:bob@10.1.2.3:5071");
        assertThat(Way.of(binding(inside.encode(), UDP, 0), false))
                .containsExactly(new Way.OverFlow(inside, UDP), new Way.ByAddress(inside, List.of(), false));
        assertThat(Way.of(binding(CONTACT.encode(), TLS, 0), false)).containsExactly(overFlow(TLS), byAddress());
    }

    /** sipp: it registers from one socket what it serves at another; no NAT is between. */
    @Test
    void sippRegistersForAnotherPortOfItsOwnAddress() {
        assertThat(Way.of(binding(CONTACT.encode(), UDP, 0), false)).containsExactly(byAddress(), overFlow(UDP));
        assertThat(Way.of(binding(CONTACT.encode(), UDP, 1), false)).containsExactly(overFlow(UDP));
    }

    @Test
    void aClientThatKeepsItsFlowsItselfIsReachedByThemAlone() {
        assertThat(Way.of(binding(CONTACT.encode(), UDP, 1), false)).containsExactly(overFlow(UDP));
        assertThat(Way.of(binding(CONTACT.encode(), WSS, 0), false)).containsExactly(overFlow(WSS));
    }

    @Test
    void behindAnotherProxyByPath() {
        assertThat(Way.of(binding(CONTACT.encode(), UDP, 0, "<sip:edge.example;lr>"), false))
                .containsExactly(byAddress("<sip:edge.example;lr>"));
    }

    @Test
    void secureAllTheWayOrNotAtAll() {
        assertThat(Way.of(binding(CONTACT.encode(), UDP, 0), true)).isEmpty();
        assertThat(Way.of(binding(CONTACT.encode(), TLS, 1), true)).containsExactly(overFlow(TLS));
        assertThat(Way.of(binding("sips:bob@192.0.2.10", null, 0), true)).hasSize(1);
    }

    @Test
    void aContactThatCannotBeReadIsNoWay() {
        assertThat(Way.of(binding("not a uri", UDP, 0), false)).isEmpty();
    }

    @Test
    void aSideOfADialog() {
        assertThat(Way.of(Side.of(UDP), CONTACT)).containsExactly(overFlow(UDP), byAddress());
        assertThat(Way.of(Side.of(WSS), CONTACT)).containsExactly(overFlow(WSS));
        assertThat(Way.of(Side.ADDRESS, CONTACT)).containsExactly(byAddress());
    }

    /** Whoever is behind no NAT is reached by any node, and only there: the other side cannot choose. */
    @ParameterizedTest
    @CsvSource({
        "sip:bob@192.0.2.10:5071, 5071",
        "sip:bob@192.0.2.10, 5060",
        "sip:bob@192.0.2.10:5071;transport=udp, 5071",
        "sip:bob@192.0.2.10:5071;transport=tcp, 0",
        "sips:bob@192.0.2.10:5071, 0",
        "sip:bob@10.1.2.3:5071, 0",
        "sip:bob@host.example, 0"
    })
    void aUserOverUdp(String contact, int at) {
        Request invite = Requests.of("INVITE", "sip:x@example.com", "Contact: <" + contact + ">");
        assertThat(Side.ofUser(invite, UDP))
                .isEqualTo(at > 0 ? Side.at(Transport.UDP, "192.0.2.10", at) : Side.of(UDP));
        assertThat(Side.ofUser(invite, TLS)).isEqualTo(Side.of(TLS));
    }

    /** Security class 19: a stranger's Request-URI must not lead to third parties, not even when his own flow is gone. */
    @Test
    void aStrangersSideIsReachedAtHisOwnAddressAlone() {
        assertThat(Way.of(Side.confined(UDP), CONTACT)).containsExactly(overFlow(UDP), new Way.AtAddress(CONTACT, UDP));
        assertThat(Way.of(Side.confined(TLS), CONTACT)).containsExactly(overFlow(TLS), new Way.Near(CONTACT, TLS));
        assertThat(Way.of(Side.confined(WSS), CONTACT)).containsExactly(overFlow(WSS));
        assertThat(Way.of(Side.at(Transport.UDP, "192.0.2.9", 5060), CONTACT))
                .singleElement()
                .isInstanceOf(Way.AtAddress.class);
        assertThat(Way.of(Side.at(Transport.TCP, "192.0.2.9", 5060), CONTACT))
                .singleElement()
                .isInstanceOf(Way.Near.class);
    }
}
