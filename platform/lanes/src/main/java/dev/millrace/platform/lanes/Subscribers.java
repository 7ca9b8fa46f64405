package dev.millrace.platform.lanes;

import java.util.HashMap;
import java.util.Map;

/** What the other nodes that copy a lane tell about their readers. Any thread. */
final class Subscribers {
    private record Told(int readers, long dropped) {}

    private final Map<Object, Told> told = new HashMap<>();

    synchronized void tell(Object node, int readers, long dropped) {
        told.put(node, new Told(readers, dropped));
    }

    synchronized void forget(Object node) {
        told.remove(node);
    }

    synchronized int nodes() {
        return told.size();
    }

    synchronized int readers() {
        return told.values().stream().mapToInt(Told::readers).sum();
    }

    synchronized long dropped() {
        return told.values().stream().mapToLong(Told::dropped).sum();
    }
}
