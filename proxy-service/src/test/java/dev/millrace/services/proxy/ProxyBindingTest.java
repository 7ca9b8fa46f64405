package dev.millrace.services.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.platform.runtime.testing.Await;
import dev.millrace.platform.runtime.testing.TestBinding;
import dev.millrace.protocols.sip.Contact;
import dev.millrace.protocols.sip.Keys;
import dev.millrace.protocols.sip.Request;
import dev.millrace.protocols.sip.Response;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a binding says about how its phone is reached, over real sockets. */
class ProxyBindingTest {
    @AutoClose
    private static House house;

    private Phone alice;

    @BeforeAll
    static void start() {
        house = House.registering(1, Map.of());
    }

    @BeforeEach
    void pickUp() {
        alice = house.udp("alice", "A");
    }

    @AfterEach
    void hangUp() {
        house.hangUp();
    }

    /** RFC 5627 section 6.1: a remote target that is a GRUU of ours stands for the device. */
    @Test
    void insideADialogAPublicGruuIsTheDevice() {
        Phone carol = house.udp("carol", "A");
        house.location.bind("carol", TestBinding.at(carol.contact()).instance("urn:uuid:1", 0));
        alice.sendKnown(alice.request("INVITE", "sip:carol@example.com").build());
        Request invited = carol.expect("INVITE");
        carol.answer(carol.response(invited, 200, "c")
                .edit()
                .replace(Keys.CONTACTS, Contact.parse("<sip:carol@example.com;gr=urn:uuid:1>"))
                .build());
        Response ok = alice.expect(200);
        alice.send(alice.inDialogAsCaller("ACK", ok));
        assertThat(carol.expect("ACK").uri().encode()).isEqualTo(carol.contact());
        alice.hangsUp(ok, carol);
    }

    /** RFC 5626 section 5.3: the binding of a flow that is gone is not tried for each call until it expires. */
    @Test
    void aLostFlowTakesItsBindingWithIt() {
        Phone carol = house.tcp("carol", "A");
        Contact flow = Contact.parse("<" + carol.contact() + ">;reg-id=1;+sip.instance=\"<urn:uuid:2>\"");
        carol.register(flow);
        assertThat(house.location.of("carol")).hasSize(1);
        carol.close();
        Await.until("a call has met the lost flow", () -> {
            alice.sendKnown(alice.request("MESSAGE", "sip:carol@example.com").build());
            return !alice.quiet(20).isEmpty();
        });
        Await.until("it is forgotten", () -> house.location.of("carol").isEmpty());
    }

    /** What is found out by DNS is found out later: a failure behind it ends the request like any other. */
    @Test
    void aPathThatCannotBeWrittenFails() {
        house.location.bind("carol", TestBinding.at(alice.contact()).path(List.of("<sip:localhost;lr>;x=\"\\\0\"")));
        alice.sendKnown(alice.request("MESSAGE", "sip:carol@example.com").build());
        assertThat(alice.expectFinal().status()).isEqualTo(500);
    }
}
