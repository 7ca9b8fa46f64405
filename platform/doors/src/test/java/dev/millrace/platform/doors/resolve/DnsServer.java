package dev.millrace.platform.doors.resolve;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.NAPTRRecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.SRVRecord;
import org.xbill.DNS.Section;
import org.xbill.DNS.TextParseException;
import org.xbill.DNS.Type;

/** A DNS server of the tests on a port of the loopback address, UDP and TCP, with a zone that the test writes. */
final class DnsServer implements AutoCloseable {
    /** The same port has to be free twice. */
    private static final int TRIES = 20;

    private final DatagramSocket socket;
    private final ServerSocket stream;
    private final Map<String, List<Record>> zone = new ConcurrentHashMap<>();

    /** Questions that are met with silence, as {@code name. TYPE}. */
    final Set<String> silent = ConcurrentHashMap.newKeySet();

    /** Questions that are answered SERVFAIL. */
    final Set<String> broken = ConcurrentHashMap.newKeySet();

    /** Questions that are answered over TCP only, over UDP with what says so. */
    final Set<String> cut = ConcurrentHashMap.newKeySet();

    /** Told beside every answer, whether they were asked for or not. */
    final List<Record> strays = new CopyOnWriteArrayList<>();

    /** All that was asked, in order. */
    final List<String> asked = new CopyOnWriteArrayList<>();

    DnsServer() {
        ServerSocket listening = null;
        DatagramSocket receiving = null;
        for (int i = 0; i < TRIES && receiving == null; i++) {
            try {
                listening = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
                receiving = new DatagramSocket(listening.getLocalPort(), InetAddress.getLoopbackAddress());
            } catch (IOException taken) {
                close(listening);
            }
        }
        if (listening == null || receiving == null) {
            throw new IllegalStateException("no port is free for UDP and TCP");
        }
        socket = receiving;
        stream = listening;
        Thread.ofVirtual().start(this::serve);
        Thread.ofVirtual().start(this::serveStreams);
    }

    private static void close(@Nullable ServerSocket socket) {
        try {
            if (socket != null) {
                socket.close();
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    InetSocketAddress address() {
        return new InetSocketAddress(socket.getLocalAddress(), socket.getLocalPort());
    }

    private void serve() {
        byte[] buffer = new byte[4_096];
        while (!socket.isClosed()) {
            try {
                DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
                socket.receive(packet);
                byte[] bytes = answer(Arrays.copyOf(packet.getData(), packet.getLength()), "");
                if (bytes.length > 0) {
                    socket.send(new DatagramPacket(bytes, bytes.length, packet.getSocketAddress()));
                }
            } catch (IOException closed) {
                return;
            }
        }
    }

    /** One question a connection, RFC 1035 section 4.2.2. */
    private void serveStreams() {
        while (!stream.isClosed()) {
            try (Socket connection = stream.accept()) {
                DataInputStream in = new DataInputStream(connection.getInputStream());
                byte[] bytes = answer(in.readNBytes(in.readUnsignedShort()), "tcp ");
                DataOutputStream out = new DataOutputStream(connection.getOutputStream());
                out.writeShort(bytes.length);
                out.write(bytes);
                out.flush();
            } catch (IOException closed) {
                // The next one, unless the server is closed.
            }
        }
    }

    /** The answer; no bytes for silence. */
    private byte[] answer(byte[] bytes, String way) throws IOException {
        Message query = new Message(bytes);
        Record question = query.getQuestion();
        String key = key(question.getName(), question.getType());
        asked.add(way + key);
        if (silent.contains(key)) {
            return new byte[0];
        }
        Message answer = new Message(query.getHeader().getID());
        answer.getHeader().setFlag(Flags.QR);
        answer.addRecord(question, Section.QUESTION);
        if (broken.contains(key)) {
            answer.getHeader().setRcode(Rcode.SERVFAIL);
        } else if (cut.contains(key) && way.isEmpty()) {
            answer.getHeader().setFlag(Flags.TC);
        } else {
            Name name = question.getName();
            for (Record alias : zone.getOrDefault(key(name, Type.CNAME), List.of())) {
                answer.addRecord(alias, Section.ANSWER);
                name = ((CNAMERecord) alias).getTarget();
            }
            zone.getOrDefault(key(name, question.getType()), List.of())
                    .forEach(record -> answer.addRecord(record, Section.ANSWER));
            boolean known = answer.getSection(Section.ANSWER).size() > 0;
            strays.forEach(record -> answer.addRecord(record, Section.ANSWER));
            answer.getHeader().setRcode(known ? Rcode.NOERROR : Rcode.NXDOMAIN);
        }
        return answer.toWire();
    }

    private static String key(Name name, int type) {
        return name.toString() + " " + Type.string(type);
    }

    static Name name(String text) {
        try {
            return Name.fromString(text, Name.root);
        } catch (TextParseException wrong) {
            throw new IllegalArgumentException(wrong);
        }
    }

    void add(Record record) {
        zone.computeIfAbsent(key(record.getName(), record.getType()), key -> new CopyOnWriteArrayList<>())
                .add(record);
    }

    void remove(String name, int type) {
        zone.remove(key(name(name), type));
    }

    void address(String name, String address) {
        address(name, address, 60);
    }

    void address(String name, String address, long ttl) {
        InetAddress literal = InetAddress.ofLiteral(address);
        add(
                literal.getAddress().length == 4
                        ? new ARecord(name(name), DClass.IN, ttl, literal)
                        : new AAAARecord(name(name), DClass.IN, ttl, literal));
    }

    void alias(String name, String target) {
        add(new CNAMERecord(name(name), DClass.IN, 60, name(target)));
    }

    void srv(String service, int priority, int weight, int port, String target) {
        add(new SRVRecord(name(service), DClass.IN, 60, priority, weight, port, name(target)));
    }

    void naptr(String name, int order, int preference, String flags, String service, String replacement) {
        add(new NAPTRRecord(name(name), DClass.IN, 60, order, preference, flags, service, "", name(replacement)));
    }

    long count(String question) {
        return asked.stream().filter(question::equals).count();
    }

    @Override
    public void close() {
        socket.close();
        close(stream);
    }
}
