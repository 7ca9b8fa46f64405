package dev.millrace.services.proxy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** How a test's phone speaks with one node: whole messages, on the test's thread. */
interface Wire extends AutoCloseable {
    /** As a Via names it. */
    String name();

    default String host() {
        return "127.0.0.1";
    }

    int port();

    void send(byte[] message);

    /** The next message; nothing when none comes in that time. */
    byte[] receive(long millis);

    @Override
    void close();

    static Udp udp(int nodePort) {
        return new Udp("127.0.0.1", nodePort);
    }

    /** With an address of its own on the loopback; it has to be told by {@link Udp#turn} whom to speak with. */
    static Udp udp(String host) {
        return new Udp(host, 0);
    }

    static Tcp tcp(int nodePort) {
        return new Tcp(nodePort);
    }

    /** One socket for everything, as RFC 3581 wants it. */
    final class Udp implements Wire {
        private final DatagramSocket socket;
        private final String host;
        private int nodePort;

        Udp(String host, int nodePort) {
            this.host = host;
            this.nodePort = nodePort;
            try {
                socket = new DatagramSocket(0, InetAddress.ofLiteral(host));
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
        }

        /** From now on it speaks with that node, as behind a balancer. */
        void turn(int otherPort) {
            nodePort = otherPort;
        }

        @Override
        public String name() {
            return "UDP";
        }

        @Override
        public String host() {
            return host;
        }

        @Override
        public int port() {
            return socket.getLocalPort();
        }

        @Override
        public void send(byte[] message) {
            try {
                socket.send(new DatagramPacket(message, message.length, InetAddress.ofLiteral("127.0.0.1"), nodePort));
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
        }

        @Override
        public byte[] receive(long millis) {
            DatagramPacket packet = new DatagramPacket(new byte[65_535], 65_535);
            try {
                socket.setSoTimeout((int) Math.max(1, millis));
                socket.receive(packet);
                return Arrays.copyOf(packet.getData(), packet.getLength());
            } catch (SocketTimeoutException nothing) {
                return new byte[0];
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
        }

        @Override
        public void close() {
            socket.close();
        }
    }

    /** One connection, which the phone opened. */
    final class Tcp implements Wire {
        private final Socket socket;
        private byte[] held = new byte[0];

        Tcp(int nodePort) {
            try {
                socket = new Socket(InetAddress.getLoopbackAddress(), nodePort);
                socket.setTcpNoDelay(true);
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
        }

        @Override
        public String name() {
            return "TCP";
        }

        @Override
        public int port() {
            return socket.getLocalPort();
        }

        @Override
        public void send(byte[] message) {
            try {
                socket.getOutputStream().write(message);
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
        }

        @Override
        public byte[] receive(long millis) {
            byte[] whole = cut();
            if (whole.length > 0) {
                return whole;
            }
            try {
                socket.setSoTimeout((int) Math.max(1, millis));
                InputStream in = socket.getInputStream();
                byte[] some = new byte[65_535];
                int count = in.read(some);
                ByteArrayOutputStream all = new ByteArrayOutputStream();
                all.writeBytes(held);
                all.write(some, 0, Math.max(0, count));
                held = all.toByteArray();
            } catch (SocketTimeoutException nothing) {
                return new byte[0];
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
            return cut();
        }

        /** The first whole message of what is held. */
        private byte[] cut() {
            String text = new String(held, StandardCharsets.ISO_8859_1);
            int end = text.indexOf("\r\n\r\n");
            if (end < 0) {
                return new byte[0];
            }
            int body = 0;
            for (String line : text.substring(0, end).split("\r\n", -1)) {
                if (line.toLowerCase(java.util.Locale.ROOT).startsWith("content-length:")) {
                    body = Integer.parseInt(
                            line.substring(line.indexOf(':') + 1).strip());
                }
            }
            int length = end + 4 + body;
            if (held.length < length) {
                return new byte[0];
            }
            byte[] whole = Arrays.copyOf(held, length);
            held = Arrays.copyOfRange(held, length, held.length);
            return whole;
        }

        @Override
        public void close() {
            try {
                socket.close();
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
        }
    }
}
