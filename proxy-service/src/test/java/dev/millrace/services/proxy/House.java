package dev.millrace.services.proxy;

import dev.millrace.platform.contracts.Calls;
import dev.millrace.platform.contracts.Calls.Call;
import dev.millrace.platform.contracts.Transport;
import dev.millrace.platform.doors.sip.SipConfig;
import dev.millrace.platform.doors.sip.SipDoor;
import dev.millrace.platform.runtime.RoleModule;
import dev.millrace.platform.runtime.testing.Await;
import dev.millrace.platform.runtime.testing.TestNodes;
import dev.millrace.platform.testkit.Wire;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Nodes with a proxy each, the users and bindings that the test gives them, and the phones of one test after the other. */
final class House implements AutoCloseable {
    final TestLocation location;
    final TestNodes nodes;
    private final List<Phone> phones = new ArrayList<>();

    private House(TestLocation location, int count, List<RoleModule> roles, Map<String, String> flags) {
        this.location = location;
        Map<String, String> all = new HashMap<>(flags);
        all.put("sip.transports", "udp,tcp");
        all.put("sip.domains", TestLocation.DOMAIN);
        all.put("sip.overload.delay", "10s");
        nodes = TestNodes.start(count, roles, TestNodes.known(ProxyConfig.ALL, SipConfig.ALL), all);
        nodes.awaitWhole();
    }

    /** One node, to which the test tells its bindings. */
    static House told(Map<String, String> flags) {
        TestLocation location = new TestLocation();
        return new House(location, 1, List.of(location.role(), new ProxyModule()), flags);
    }

    /** Nodes where phones register. */
    static House registering(int count, Map<String, String> flags) {
        TestLocation location = new TestLocation();
        return new House(
                location, count, List.of(location.role(), TestRegistrar.of(location), new ProxyModule()), flags);
    }

    int port(String node) {
        return SipDoor.of(nodes.context(node)).listeners().stream()
                .filter(listener -> listener.transport() == Transport.UDP)
                .findFirst()
                .orElseThrow()
                .bound()
                .getPort();
    }

    Phone udp(String user, String node) {
        return kept(new Phone(user, Wire.udp(port(node))));
    }

    Phone tcp(String user, String node) {
        return kept(new Phone(user, Wire.tcp(port(node))));
    }

    Phone kept(Phone phone) {
        phones.add(phone);
        return phone;
    }

    /** What a node says about its calls. */
    List<Call> calls(String node) {
        return Await.get(nodes.context(node)
                        .bus()
                        .ask(node, Calls.LIST, new Calls.Listing("", Calls.Stage.ANY, Long.MAX_VALUE, "", 1000)))
                .calls();
    }

    /** Ends the phones and forgets all bindings. */
    void hangUp() {
        phones.forEach(Phone::close);
        phones.clear();
        location.clear();
    }

    @Override
    public void close() {
        nodes.close();
    }
}
