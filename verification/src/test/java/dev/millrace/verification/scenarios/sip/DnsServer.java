package dev.millrace.verification.scenarios.sip;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.TextParseException;
import org.xbill.DNS.Type;

/** A DNS server with the records of one story, by UDP on the loopback. Ends with its socket. */
final class DnsServer implements AutoCloseable {
    private static final int TTL_S = 60;
    private static final int LARGEST = 4096;

    private final DatagramSocket socket;
    private final List<Record> records = new ArrayList<>();
    private final Queue<String> questions = new ConcurrentLinkedQueue<>();

    private DnsServer(DatagramSocket socket) {
        this.socket = socket;
    }

    /** @param lines name, type and value of each record, such as {@code example.net. A 127.0.0.1} */
    static DnsServer open(String... lines) {
        try {
            DnsServer server = new DnsServer(new DatagramSocket(0, InetAddress.getLoopbackAddress()));
            for (String line : lines) {
                String[] words = line.split(" ", 3);
                server.records.add(Record.fromString(
                        Name.fromString(words[0]), Type.value(words[1]), DClass.IN, TTL_S, words[2], Name.root));
            }
            Thread.ofVirtual().start(server::serve);
            return server;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** As the setting {@code sip.dns.servers} wants it. */
    String address() {
        return "127.0.0.1:" + socket.getLocalPort();
    }

    /** What was asked so far, such as {@code example.net. A}. */
    List<String> questions() {
        return List.copyOf(questions);
    }

    private void serve() {
        DatagramPacket packet = new DatagramPacket(new byte[LARGEST], LARGEST);
        while (!socket.isClosed()) {
            try {
                packet.setLength(LARGEST);
                socket.receive(packet);
                byte[] answer = answer(new Message(Arrays.copyOf(packet.getData(), packet.getLength())));
                socket.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
            } catch (IOException closed) {
                // At the end of the story.
            }
        }
    }

    private byte[] answer(Message question) throws TextParseException {
        Record asked = question.getQuestion();
        questions.add(asked.getName() + " " + Type.string(asked.getType()));
        Message answer = new Message(question.getHeader().getID());
        answer.getHeader().setFlag(Flags.QR);
        answer.getHeader().setFlag(Flags.AA);
        answer.addRecord(asked, Section.QUESTION);
        records.stream()
                .filter(record -> record.getName().equals(asked.getName()) && record.getType() == asked.getType())
                .forEach(record -> answer.addRecord(record, Section.ANSWER));
        return answer.toWire();
    }

    @Override
    public void close() {
        socket.close();
    }
}
