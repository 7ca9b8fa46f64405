package dev.millrace.services.registrar;

import static dev.millrace.services.registrar.Client.contacts;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.platform.contracts.Flows.FlowRef;
import dev.millrace.platform.contracts.Location.Binding;
import dev.millrace.platform.contracts.Transport;
import dev.millrace.platform.testkit.TcpWire;
import dev.millrace.protocols.sip.Keys;
import dev.millrace.protocols.sip.Response;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** RFC 5626 section 6: registrations that keep flows, over connections. */
class OutboundServiceTest {
    private static final String INSTANCE = "+sip.instance=\"<urn:uuid:00000000-0000-1000-8000-000000000001>\"";

    @AutoClose
    private static House house;

    @BeforeAll
    static void start() {
        house = new House(1, Map.of("registrar.flow-timer", "45s", "sip.idle", "300ms"));
    }

    @AfterEach
    void clear() {
        house.clear();
    }

    private static String contact(int regId) {
        return "Contact: <sip:alice@10.9.9.9:5060;transport=tcp>;reg-id=" + regId + ";" + INSTANCE;
    }

    private static void kept(Response answer) {
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.all(Keys.REQUIRES)).containsExactly("outbound");
        assertThat(answer.first(Keys.FLOW_TIMER)).contains(45L);
    }

    private static FlowRef flow(Binding binding) {
        return binding.flow().orElseThrow();
    }

    @Test
    void twoFlowsOfAnInstanceAreTwoBindingsWithTheirConnections() {
        Client first = house.tcp("alice");
        Client second = house.tcp("alice");
        kept(first.register(contact(1), "Supported: path, outbound"));
        Response answer = second.register(contact(2), "Supported: outbound");
        kept(answer);
        assertThat(contacts(answer)).extracting(each -> each.regId()).containsExactlyInAnyOrder(1, 2);
        List<Binding> bindings = house.lookup("alice");
        assertThat(bindings).hasSize(2).allSatisfy(binding -> {
            assertThat(flow(binding).node()).isEqualTo("A");
            assertThat(flow(binding).transport()).isEqualTo(Transport.TCP);
        });
        assertThat(bindings)
                .extracting(binding -> flow(binding).port())
                .containsExactlyInAnyOrder(first.wire.port(), second.wire.port());
    }

    @Test
    void aNewConnectionTakesThePlaceOfTheOldOneOfItsRegId() {
        Client first = house.tcp("alice");
        first.register(contact(1), "Supported: outbound");
        first.close();
        Client again = house.tcp("alice");
        // The phone has moved, so its Contact is another one: instance and reg-id are what counts.
        again.register(contact(1).replace("10.9.9.9", "10.8.8.8"), "Supported: outbound");
        assertThat(house.lookup("alice")).singleElement().satisfies(binding -> {
            assertThat(binding.contact()).contains("10.8.8.8");
            assertThat(flow(binding).port()).isEqualTo(again.wire.port());
        });
    }

    @Test
    void aFlowGoesByInstanceAndRegIdAndTheOtherStays() {
        Client alice = house.tcp("alice");
        alice.register(contact(1), "Supported: outbound");
        alice.register(contact(2), "Supported: outbound");
        Response answer = alice.register(contact(1) + ";expires=0", "Supported: outbound");
        assertThat(contacts(answer))
                .singleElement()
                .satisfies(left -> assertThat(left.regId()).isEqualTo(2));
    }

    @Test
    void withoutTheOptionTagItIsAPlainContact() {
        Response answer = house.tcp("alice").register(contact(1));
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.has(Keys.REQUIRES)).isFalse();
        assertThat(answer.has(Keys.FLOW_TIMER)).isFalse();
        assertThat(contacts(answer))
                .singleElement()
                .satisfies(only -> assertThat(only.regId()).isZero());
    }

    /** The second Via stands below the first one, as behind a proxy. */
    private static Response throughProxy(Client client, String... lines) {
        client.learn(client.stranger());
        String[] all = java.util.Arrays.copyOf(lines, lines.length + 1);
        all[lines.length] = client.credentials();
        String request = client.request(all);
        int second = request.indexOf("\r\n", request.indexOf("Via:")) + 2;
        return client.send(request.substring(0, second) + "Via: SIP/2.0/UDP 10.9.9.9:5060;branch=z9hG4bKphone\r\n"
                + request.substring(second));
    }

    @Test
    void aFirstHopThatKeepsNoFlowsIs439() {
        assertThat(throughProxy(house.udp("alice"), contact(1), "Supported: outbound, path")
                        .status())
                .isEqualTo(439);
        assertThat(house.lookup("alice")).isEmpty();
    }

    @Test
    void anEdgeThatKeepsFlowsIsInThePath() {
        Response answer = throughProxy(
                house.udp("alice"), contact(1), "Supported: outbound, path", "Path: <sip:token@127.0.0.1:7100;lr;ob>");
        kept(answer);
        assertThat(house.lookup("alice")).singleElement().satisfies(binding -> {
            assertThat(binding.path()).containsExactly("<sip:token@127.0.0.1:7100;lr;ob>");
            assertThat(binding.flow()).isEmpty();
            assertThat(binding.regId()).isEqualTo(1);
        });
    }

    @Test
    void severalContactsOfWhichOneHasARegIdAre400() {
        assertThat(house.tcp("alice")
                        .register(contact(1) + ", <sip:b@10.9.9.9>", "Supported: outbound")
                        .status())
                .isEqualTo(400);
        assertThat(house.lookup("alice")).isEmpty();
    }

    /** {@code sip.idle} ends the one connection; the other would end by it, too, were nobody registered on it. */
    @Test
    void aConnectionOnWhichSomebodyIsRegisteredStaysOpen() {
        Client alice = house.tcp("alice");
        alice.register(contact(1), "Supported: outbound");
        Client nobody = house.tcp("bob");
        nobody.register();
        assertThat(((TcpWire) nobody.wire).ended()).isTrue();
        nobody.close();
        Client later = house.tcp("bob");
        later.register();
        assertThat(((TcpWire) later.wire).ended()).isTrue();
        assertThat(alice.register().status()).isEqualTo(200);
    }
}
