package dev.millrace.platform.doors.sip.transport;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;

/**
 * Which of this machine's addresses the kernel would use toward a peer, remembered for a minute. Asking the kernel sends nothing
 * and waits for nothing. Used from any thread.
 */
final class Routes {
    /** Peers remembered; one more forgets them all. */
    static final int PEERS_LIMIT = 65_536;

    private static final long FRESH_NANOS = 60_000_000_000L;

    /** Any port does: nothing is sent to it. */
    private static final int DISCARD = 9;

    private final Map<InetAddress, InetAddress> known = new ConcurrentHashMap<>();
    private final AtomicLong since = new AtomicLong(System.nanoTime());
    private volatile Set<InetAddress> own = interfaces();

    /** Our address toward that peer; loopback when there is no route. */
    InetAddress toward(InetAddress peer) {
        forgetOld();
        InetAddress local = known.get(peer);
        if (local == null) {
            local = ask(peer);
            if (known.size() >= PEERS_LIMIT) {
                known.clear();
            }
            known.put(peer, local);
        }
        return local;
    }

    /** Whether the address is one of this machine's. */
    boolean own(InetAddress address) {
        forgetOld();
        return address.isLoopbackAddress() || own.contains(address);
    }

    private void forgetOld() {
        long now = System.nanoTime();
        long last = since.get();
        if (now - last > FRESH_NANOS && since.compareAndSet(last, now)) {
            known.clear();
            // A machine may have very many interfaces, and this may be an event loop.
            Thread.ofVirtual().name("sip-interfaces").start(() -> own = interfaces());
        }
    }

    private static InetAddress ask(InetAddress peer) {
        try (DatagramSocket socket = new DatagramSocket(null)) {
            socket.connect(new InetSocketAddress(peer, DISCARD));
            InetAddress local = socket.getLocalAddress();
            return local.isAnyLocalAddress() ? InetAddress.getLoopbackAddress() : local;
        } catch (IOException | java.io.UncheckedIOException noRoute) {
            return InetAddress.getLoopbackAddress();
        }
    }

    private static Set<InetAddress> interfaces() {
        try {
            return NetworkInterface.networkInterfaces()
                    .flatMap(NetworkInterface::inetAddresses)
                    .collect(Collectors.toUnmodifiableSet());
        } catch (SocketException none) {
            return Set.of();
        }
    }
}
