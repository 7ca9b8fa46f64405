package dev.millrace.platform.doors.resolve;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
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

/** A DNS server of the tests on a UDP port of the loopback address, with a zone that the test writes. */
final class DnsServer implements AutoCloseable {
    private final DatagramSocket socket;
    private final Map<String, List<Record>> zone = new ConcurrentHashMap<>();

    /** Questions that are met with silence, as {@code name. TYPE}. */
    final Set<String> silent = ConcurrentHashMap.newKeySet();

    /** Questions that are answered SERVFAIL. */
    final Set<String> broken = ConcurrentHashMap.newKeySet();

    /** All that was asked, in order. */
    final List<String> asked = new CopyOnWriteArrayList<>();

    DnsServer() {
        try {
            socket = new DatagramSocket(0, InetAddress.getLoopbackAddress());
        } catch (SocketException failure) {
            throw new UncheckedIOException(failure);
        }
        Thread.ofVirtual().start(this::serve);
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
                answer(packet);
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void answer(DatagramPacket packet) throws IOException {
        Message query = new Message(Arrays.copyOf(packet.getData(), packet.getLength()));
        Record question = query.getQuestion();
        String key = key(question.getName(), question.getType());
        asked.add(key);
        if (silent.contains(key)) {
            return;
        }
        Message answer = new Message(query.getHeader().getID());
        answer.getHeader().setFlag(Flags.QR);
        answer.addRecord(question, Section.QUESTION);
        if (broken.contains(key)) {
            answer.getHeader().setRcode(Rcode.SERVFAIL);
        } else {
            Name name = question.getName();
            for (Record alias : zone.getOrDefault(key(name, Type.CNAME), List.of())) {
                answer.addRecord(alias, Section.ANSWER);
                name = ((CNAMERecord) alias).getTarget();
            }
            zone.getOrDefault(key(name, question.getType()), List.of())
                    .forEach(record -> answer.addRecord(record, Section.ANSWER));
            boolean known = answer.getSection(Section.ANSWER).size() > 0;
            answer.getHeader().setRcode(known ? Rcode.NOERROR : Rcode.NXDOMAIN);
        }
        byte[] bytes = answer.toWire();
        socket.send(new DatagramPacket(bytes, bytes.length, packet.getSocketAddress()));
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
    }
}
