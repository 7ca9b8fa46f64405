package dev.millrace.platform.runtime.testing;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * The ports of this test JVM: others of the same machine, which test other modules meanwhile, have blocks of their own. A block is
 * taken by the lock of a file, which goes with the process. May be used from any thread.
 */
final class PortBlock {
    /** Below the ports that the kernel gives out by itself and outside the range for RTP. */
    private static final int FIRST = 6_000;

    private static final int BLOCKS = 7;

    /** More than a test JVM needs in its life: one that was promised to a node must not go to another before it is opened. */
    private static final int SIZE = 2_000;

    private final int first;
    private int next;

    /** Held for the life of the process. */
    @SuppressWarnings({"unused", "FieldCanBeLocal"})
    private final @Nullable FileLock lock;

    private PortBlock(int first, @Nullable FileLock lock) {
        this.first = first;
        this.next = first;
        this.lock = lock;
    }

    static PortBlock take() {
        int start = ThreadLocalRandom.current().nextInt(BLOCKS);
        for (int i = 0; i < BLOCKS; i++) {
            int first = FIRST + (start + i) % BLOCKS * SIZE;
            try {
                FileLock lock = lock(Path.of(System.getProperty("java.io.tmpdir"), "millrace-test-ports-" + first));
                if (lock != null) {
                    return new PortBlock(first, lock);
                }
            } catch (IOException failure) {
                throw new AssertionError(failure);
            }
        }
        // More test JVMs than blocks: a machine with many cores. Two of them share one and look which ports are free.
        return new PortBlock(FIRST + start * SIZE, null);
    }

    /** The lock of that file; null where another has it. */
    private static @Nullable FileLock lock(Path file) throws IOException {
        FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            FileLock lock = channel.tryLock();
            if (lock == null) {
                channel.close();
            }
            return lock;
        } catch (OverlappingFileLockException ours) {
            // By another class loader of this process.
            channel.close();
            return null;
        }
    }

    /** Ports that nobody listens on right now, in order: none is handed out again before its node could open it. */
    synchronized List<Integer> free(int count) {
        List<Integer> ports = new ArrayList<>();
        while (ports.size() < count) {
            int port = next;
            next = port == first + SIZE - 1 ? first : port + 1;
            if (isFree(port)) {
                ports.add(port);
            }
        }
        return List.copyOf(ports);
    }

    private static boolean isFree(int port) {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        try (ServerSocket tcp = new ServerSocket(port, 1, loopback);
                DatagramSocket udp = new DatagramSocket(port, loopback)) {
            return tcp.isBound() && udp.isBound();
        } catch (IOException taken) {
            return false;
        }
    }
}
