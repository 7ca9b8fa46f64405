package dev.millrace.platform.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;

/** One UDP socket for everything, as RFC 3581 wants it. Owned by the test's thread. */
public final class UdpWire implements Wire {
    private static final int LARGEST = 65_535;

    private final DatagramSocket socket;
    private InetSocketAddress remote = new InetSocketAddress(0);
    private InetSocketAddress sender = remote;

    private UdpWire(DatagramSocket socket) {
        this.socket = socket;
    }

    /** At that address; {@link #turn} says whom it speaks with. Port 0 is any. */
    public static UdpWire at(InetSocketAddress local) {
        try {
            return new UdpWire(new DatagramSocket(local));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** At a free port of that address. */
    public static UdpWire at(String host) {
        return at(new InetSocketAddress(host, 0));
    }

    /** From now on it speaks with that port of the loopback address. */
    public UdpWire turn(int port) {
        return turn(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    }

    /** From now on it speaks with that one, as behind a balancer. */
    public UdpWire turn(InetSocketAddress other) {
        remote = other;
        return this;
    }

    /** From now on it hears nobody else. */
    public UdpWire only() {
        try {
            socket.connect(remote);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        return this;
    }

    @Override
    public InetSocketAddress sender() {
        return sender;
    }

    @Override
    public String transport() {
        return "UDP";
    }

    @Override
    public InetSocketAddress local() {
        return (InetSocketAddress) socket.getLocalSocketAddress();
    }

    @Override
    public void send(byte[] bytes) {
        send(bytes, remote);
    }

    public void send(byte[] bytes, InetSocketAddress to) {
        try {
            socket.send(new DatagramPacket(bytes, bytes.length, to));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    @Override
    public Optional<byte[]> receive(Duration wait) {
        DatagramPacket packet = new DatagramPacket(new byte[LARGEST], LARGEST);
        try {
            socket.setSoTimeout((int) Math.max(1, wait.toMillis()));
            socket.receive(packet);
        } catch (SocketTimeoutException nothing) {
            return Optional.empty();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        sender = (InetSocketAddress) packet.getSocketAddress();
        return Optional.of(Arrays.copyOf(packet.getData(), packet.getLength()));
    }

    @Override
    public void close() {
        socket.close();
    }
}
