package dev.millrace.platform.doors.sip;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.platform.contracts.Role;
import dev.millrace.platform.runtime.NodeContext;
import dev.millrace.platform.testkit.TcpWire;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Responses to requests of a node that is gone. */
class LateResponseTest extends TwoPeers {
    @AutoClose
    private static DoorNodes nodes;

    private static InetSocketAddress door;

    @BeforeAll
    static void open() {
        nodes = DoorNodes.start(DoorNodes.spec("A", Map.of(), Role.PROXY));
        door = nodes.address("A");
    }

    /** Whoever was called once has a branch of ours, and writes below it what he likes. */
    @Test
    void itOpensNoConnectionToWhereAStrangerSays() throws IOException {
        NodeContext node = nodes.context("A");
        String lost = new Branches("former", node.secret(), node.ids(), node.clock()).next(new Chance(node.ids()), "");
        try (ServerSocket victim = TcpWire.listen(0, 5)) {
            bob.send(response(lost, "TCP", victim.getLocalPort()), door);
            bob.send(response(lost, "UDP", alice.port()), door);
            alice.response(200);
            victim.setSoTimeout(300);
            assertThatThrownBy(victim::accept).isInstanceOf(SocketTimeoutException.class);
        }
    }

    private String response(String ours, String transport, int port) {
        return "SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP 127.0.0.1:" + door.getPort() + ";branch=" + ours
                + "\r\nVia: SIP/2.0/" + transport + " 127.0.0.1:" + port + ";branch=" + branch
                + "\r\nFrom: <sip:alice@example.com>;tag=1\r\nTo: <sip:bob@example.com>;tag=2\r\nCall-ID: " + callId
                + "\r\nCSeq: 1 INVITE\r\nContact: <sip:bob@127.0.0.1>\r\nContent-Length: 0\r\n\r\n";
    }
}
