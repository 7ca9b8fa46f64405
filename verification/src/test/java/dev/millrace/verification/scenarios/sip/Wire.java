package dev.millrace.verification.scenarios.sip;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.Arrays;

/** Bytes to and from a SIP port: datagrams, or messages on a connection. */
interface Wire extends AutoCloseable {
    /** How long an answer is waited for. */
    Duration PATIENCE = Duration.ofSeconds(8);

    void send(byte[] bytes);

    /** The next datagram, message or keep-alive; fails when none comes. */
    byte[] receive();

    InetSocketAddress local();

    /** As the Via says it. */
    String transport();

    @Override
    void close();

    default void send(String text) {
        send(text.replace("\n", "\r\n").getBytes(UTF_8));
    }

    /** The next message that is no 100. */
    default String message() {
        while (true) {
            String text = new String(receive(), UTF_8);
            if (!text.startsWith("SIP/2.0 100 ") && !text.isBlank()) {
                return text;
            }
        }
    }

    /** From a free port of that address. */
    static Wire udp(String from, String host, int port) {
        try {
            DatagramSocket socket = new DatagramSocket(new InetSocketAddress(InetAddress.getByName(from), 0));
            socket.setSoTimeout((int) PATIENCE.toMillis());
            return new Datagrams(socket, new InetSocketAddress(InetAddress.getByName(host), port));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** Listens at that port of the loopback and never answers by itself. */
    static Wire udp(String host, int port) {
        try {
            DatagramSocket socket = new DatagramSocket(new InetSocketAddress(InetAddress.getByName(host), port));
            return new Datagrams(socket, new InetSocketAddress(0));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    static Wire tcp(String host, int port) {
        try {
            return new Stream(new Socket(host, port), "TCP");
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** Over a connection that stands already. */
    static Wire over(Socket socket, String transport) {
        return new Stream(socket, transport);
    }

    /** UDP. */
    record Datagrams(DatagramSocket socket, InetSocketAddress remote) implements Wire {
        private static final int LARGEST = 65_535;

        @Override
        public void send(byte[] bytes) {
            try {
                socket.send(new DatagramPacket(bytes, bytes.length, remote));
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
        }

        @Override
        public byte[] receive() {
            DatagramPacket packet = new DatagramPacket(new byte[LARGEST], LARGEST);
            try {
                socket.receive(packet);
            } catch (IOException failure) {
                throw new UncheckedIOException("nothing came from " + remote, failure);
            }
            return Arrays.copyOf(packet.getData(), packet.getLength());
        }

        @Override
        public InetSocketAddress local() {
            return (InetSocketAddress) socket.getLocalSocketAddress();
        }

        @Override
        public String transport() {
            return "UDP";
        }

        @Override
        public void close() {
            socket.close();
        }
    }

    /** TCP or TLS. */
    record Stream(Socket socket, String transport) implements Wire {
        public Stream {
            try {
                socket.setSoTimeout((int) PATIENCE.toMillis());
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
        }

        @Override
        public void send(byte[] bytes) {
            try {
                socket.getOutputStream().write(bytes);
                socket.getOutputStream().flush();
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
        }

        /** A message with its body, or the CRLF that answers a keep-alive. */
        @Override
        public byte[] receive() {
            ByteArrayOutputStream head = new ByteArrayOutputStream();
            try {
                InputStream in = socket.getInputStream();
                String text = "";
                while (!text.endsWith("\r\n\r\n") && !text.equals("\r\n")) {
                    int next = in.read();
                    if (next < 0) {
                        throw new IOException("closed behind: " + text);
                    }
                    head.write(next);
                    text = head.toString(UTF_8);
                }
                head.write(in.readNBytes(length(text)));
            } catch (IOException failure) {
                throw new UncheckedIOException("nothing came", failure);
            }
            return head.toByteArray();
        }

        private static int length(String head) {
            return head.lines()
                    .filter(line -> line.regionMatches(true, 0, "Content-Length:", 0, 15))
                    .mapToInt(line -> Integer.parseInt(line.substring(15).strip()))
                    .findFirst()
                    .orElse(0);
        }

        @Override
        public InetSocketAddress local() {
            return (InetSocketAddress) socket.getLocalSocketAddress();
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
