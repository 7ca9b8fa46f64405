package dev.millrace.services.registrar;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A plain socket to a node. Answers to REGISTER have no body, so one ends with its empty line. */
sealed interface Wire extends AutoCloseable {
    int WAIT_MILLIS = 10_000;

    /** As a Via names it. */
    String name();

    int port();

    void send(byte[] message);

    /** The next message; none comes is a failure. */
    byte[] receive();

    @Override
    void close();

    static Wire udp(int nodePort) {
        try {
            DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress());
            socket.connect(InetAddress.getLoopbackAddress(), nodePort);
            socket.setSoTimeout(WAIT_MILLIS);
            return new Udp(socket);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    static Wire tcp(int nodePort) {
        try {
            Socket socket = new Socket(InetAddress.getLoopbackAddress(), nodePort);
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(WAIT_MILLIS);
            return new Tcp(socket);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    record Udp(DatagramSocket socket) implements Wire {
        @Override
        public String name() {
            return "UDP";
        }

        @Override
        public int port() {
            return socket.getLocalPort();
        }

        @Override
        public void send(byte[] message) {
            try {
                socket.send(new DatagramPacket(message, message.length));
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
        }

        @Override
        public byte[] receive() {
            DatagramPacket packet = new DatagramPacket(new byte[65_535], 65_535);
            try {
                socket.receive(packet);
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
            return Arrays.copyOf(packet.getData(), packet.getLength());
        }

        @Override
        public void close() {
            socket.close();
        }
    }

    record Tcp(Socket socket) implements Wire {
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

        /** Whether the node has ended the connection. */
        boolean ended() {
            try {
                return socket.getInputStream().read() < 0;
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
        }

        @Override
        public byte[] receive() {
            StringBuilder text = new StringBuilder();
            try {
                while (text.indexOf("\r\n\r\n") < 0) {
                    int octet = socket.getInputStream().read();
                    if (octet < 0) {
                        throw new AssertionError("the node ended the connection after " + text);
                    }
                    text.append((char) octet);
                }
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
            return text.toString().getBytes(StandardCharsets.ISO_8859_1);
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
