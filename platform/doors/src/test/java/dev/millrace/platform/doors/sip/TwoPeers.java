package dev.millrace.platform.doors.sip;

import dev.millrace.protocols.sip.Request;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.AutoClose;

/** What each test of a door has: Alice, who asks, and Bob, who is asked. */
abstract class TwoPeers {
    final String callId = Peer.fresh("c");
    final String branch = Peer.fresh("b");

    @AutoClose
    final Peer alice = new Peer();

    @AutoClose
    final Peer bob = new Peer();

    /** Alice's INVITE to Bob, each time the same one. */
    String invite() {
        return alice.request("INVITE", bob.uri(), callId, branch, "");
    }

    /** Alice calls Bob through that door. */
    Peer.Received<Request> invited(InetSocketAddress door) {
        alice.send(invite(), door);
        return bob.request("INVITE");
    }

    /** The same, and Bob's phone rings. */
    Peer.Received<Request> ringing(InetSocketAddress door) {
        Peer.Received<Request> invite = invited(door);
        bob.answer(invite, 180, "Ringing");
        alice.response(180);
        return invite;
    }
}
