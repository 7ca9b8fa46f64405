package dev.millrace.platform.doors.sip;

import org.junit.jupiter.api.AutoClose;

/** What each test of a door has: Alice, who asks, and Bob, who is asked. */
abstract class TwoPeers {
    final String callId = Peer.fresh("c");
    final String branch = Peer.fresh("b");

    @AutoClose
    final Peer alice = new Peer();

    @AutoClose
    final Peer bob = new Peer();
}
