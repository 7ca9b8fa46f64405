package dev.millrace.services.proxy;

import dev.millrace.services.proxy.core.Peer;
import dev.millrace.services.proxy.core.PeerHealth;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What the requests of one event loop share. Owned by that loop. */
final class LoopState {
    private final CallBook book;
    private final Map<Peer, PeerHealth> health = new HashMap<>();
    private int passages;

    LoopState(CallBook book) {
        this.book = book;
    }

    CallBook book() {
        return book;
    }

    void begin() {
        passages++;
    }

    void end() {
        passages--;
    }

    /** Requests that have no final answer yet, or branches left. May be read from any thread: nobody needs it exact. */
    int passages() {
        return passages;
    }

    void told(Peer peer, PeerHealth now) {
        health.put(peer, now);
    }

    /** Whether that status of a peer tells nothing new. */
    boolean told(Peer peer, int status) {
        PeerHealth known = health.getOrDefault(peer, PeerHealth.NEW);
        return known.answered(status).equals(known);
    }

    /** The living ones first; one that is down is better than none. */
    List<Peer> order(List<Peer> peers) {
        List<Peer> up = new ArrayList<>(peers.size());
        List<Peer> down = new ArrayList<>();
        for (Peer peer : peers) {
            (health.getOrDefault(peer, PeerHealth.NEW).up() ? up : down).add(peer);
        }
        up.addAll(down);
        return up;
    }
}
