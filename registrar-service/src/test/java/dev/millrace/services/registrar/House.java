package dev.millrace.services.registrar;

import dev.millrace.platform.contracts.Location;
import dev.millrace.platform.contracts.Location.Binding;
import dev.millrace.platform.contracts.Subscribers;
import dev.millrace.platform.contracts.Subscribers.Subscriber;
import dev.millrace.platform.doors.sip.SipConfig;
import dev.millrace.platform.doors.sip.SipDoor;
import dev.millrace.platform.runtime.RoleModule;
import dev.millrace.platform.runtime.testing.Await;
import dev.millrace.platform.runtime.testing.TestNodes;
import dev.millrace.platform.testkit.Wire;
import dev.millrace.protocols.digest.Digester;
import dev.millrace.protocols.digest.Hashes;
import dev.millrace.services.location.LocationConfig;
import dev.millrace.services.location.LocationModule;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Nodes with a registrar each, the first one with the location service too, and users in it. */
final class House implements AutoCloseable {
    final TestNodes nodes;
    private final List<Client> clients = new ArrayList<>();

    House(int count, Map<String, String> flags) {
        Map<String, String> all = new HashMap<>(flags);
        all.put("sip.domains", Client.REALM);
        all.put("sip.transports", "udp,tcp");
        List<TestNodes.Spec> specs = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            List<RoleModule> roles =
                    i == 0 ? List.of(new LocationModule(), new RegistrarModule()) : List.of(new RegistrarModule());
            specs.add(new TestNodes.Spec(String.valueOf((char) ('A' + i)), roles, List.of(), all));
        }
        nodes = TestNodes.start(TestNodes.known(RegistrarConfig.ALL, SipConfig.ALL, LocationConfig.ALL), specs);
        nodes.awaitWhole();
        for (String user : List.of("alice", "bob", "carol")) {
            Map<String, String> hashes = Hashes.of(new Digester(), user, Client.REALM, Client.password(user))
                    .encode();
            Subscriber subscriber = new Subscriber("sip:" + user + "@" + Client.REALM, user, Client.REALM, hashes);
            nodes.ask("A", Subscribers.PUT, user, subscriber);
        }
    }

    int port(String node) {
        return SipDoor.of(nodes.context(node)).listeners().getFirst().bound().getPort();
    }

    Client udp(String user) {
        return kept(new Client(user, Client.password(user), Wire.udp(port("A")).only()));
    }

    Client tcp(String user) {
        return kept(new Client(user, Client.password(user), Wire.tcp(port("A"))));
    }

    Client kept(Client client) {
        clients.add(client);
        return client;
    }

    /** What the location service says of a user, best first. */
    List<Binding> lookup(String user) {
        String address = "sip:" + user + "@" + Client.REALM;
        return nodes.ask("A", Location.LOOKUP, address, address).bindings();
    }

    /** Ends the clients and forgets all bindings. */
    void clear() {
        for (String user : List.of("alice", "bob", "carol")) {
            String address = "sip:" + user + "@" + Client.REALM;
            Await.get(nodes.context("A")
                    .bus()
                    .ask(
                            Location.SAVE,
                            address,
                            new Location.Saving(
                                    address, "clear-" + Client.chance(), 1, true, List.of(), List.of(), 0)));
        }
        clients.forEach(Client::close);
        clients.clear();
    }

    @Override
    public void close() {
        clients.forEach(Client::close);
        nodes.close();
    }
}
