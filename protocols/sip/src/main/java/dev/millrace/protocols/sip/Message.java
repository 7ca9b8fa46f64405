package dev.millrace.protocols.sip;

import dev.millrace.protocols.wire.HeaderKey;
import dev.millrace.protocols.wire.Malformed;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A message, RFC 3261 section 7. Immutable; owns its bytes, which nobody may change any more. Header lines stay in order and
 * as they came; a field is parsed when it is first asked for and remembered, so a field that breaks its grammar throws
 * {@link Malformed} then: {@link Validity} asks for those that every element needs. May be handed from one thread to another.
 */
public abstract sealed class Message implements Inbound permits Request, Response {
    /** The only version that is spoken here. */
    public static final String VERSION = "SIP/2.0";

    final Lines lines;
    private final int length;

    private @Nullable Via topVia;
    private @Nullable List<Via> vias;
    private @Nullable NameAddr from;
    private @Nullable NameAddr to;
    private @Nullable String callId;
    private @Nullable CSeq cseq;
    private @Nullable List<NameAddr> routes;
    private @Nullable List<Contact> contacts;

    Message(Lines lines, int length) {
        this.lines = lines;
        this.length = length;
    }

    /** Method of the request; of a response that of its CSeq. */
    public abstract String method();

    /** A copy to be changed; the message itself stays as it is. */
    public abstract Edit<? extends Message> edit();

    /** The first value of the topmost Via line. */
    public Via topVia() {
        Via via = topVia;
        if (via == null) {
            Slice value = required(HeaderName.VIA);
            via = Via.read(value.b(), value.from(), memberEnd(value));
            topVia = via;
        }
        return via;
    }

    /** All values of all Via lines, topmost first. */
    public List<Via> vias() {
        List<Via> all = vias;
        if (all == null) {
            required(HeaderName.VIA);
            all = members(HeaderName.VIA, Via::read);
            vias = all;
            topVia = all.getFirst();
        }
        return all;
    }

    public NameAddr from() {
        NameAddr address = from;
        if (address == null) {
            Slice value = required(HeaderName.FROM);
            address = NameAddr.read(value.b(), value.from(), value.to());
            from = address;
        }
        return address;
    }

    public NameAddr to() {
        NameAddr address = to;
        if (address == null) {
            Slice value = required(HeaderName.TO);
            address = NameAddr.read(value.b(), value.from(), value.to());
            to = address;
        }
        return address;
    }

    public String callId() {
        String id = callId;
        if (id == null) {
            Slice value = required(HeaderName.CALL_ID);
            for (int i = value.from(); i < value.to(); i++) {
                if (value.b()[i] >= 0 && value.b()[i] <= ' ') {
                    throw new Malformed("call-id", "white space inside");
                }
            }
            id = value.text();
            callId = id;
        }
        return id;
    }

    public CSeq cseq() {
        CSeq number = cseq;
        if (number == null) {
            Slice value = required(HeaderName.CSEQ);
            number = CSeq.read(value.b(), value.from(), value.to());
            cseq = number;
        }
        return number;
    }

    /** Hops left, 0 to 255; -1 where none are given. A larger number counts as none, RFC 4475 section 3.1.2.4. */
    public int maxForwards() {
        int line = lines.find(HeaderName.MAX_FORWARDS, 0);
        if (line < 0) {
            return -1;
        }
        Slice value = lines.value(line);
        if (value.isEmpty() || Grammar.digits(value.b(), value.from(), value.to()) != value.to()) {
            throw Grammar.malformed("max-forwards", "a number, not ", value.b(), value.from(), value.to());
        }
        int hops = 0;
        for (int i = value.from(); i < value.to(); i++) {
            hops = Math.min(hops * 10 + value.b()[i] - '0', 256);
        }
        return hops > 255 ? -1 : hops;
    }

    /** All values of all Route lines, topmost first. */
    public List<NameAddr> routes() {
        List<NameAddr> all = routes;
        if (all == null) {
            all = members(HeaderName.ROUTE, NameAddr::read);
            routes = all;
        }
        return all;
    }

    /** All values of all Contact lines, topmost first. */
    public List<Contact> contacts() {
        List<Contact> all = contacts;
        if (all == null) {
            all = members(HeaderName.CONTACT, Contact::read);
            contacts = all;
        }
        return all;
    }

    /** A copy of the body; whatever it is, it is not looked into. */
    public byte[] body() {
        int from = lines.start + lines.head;
        return Arrays.copyOfRange(lines.bytes, from, lines.start + length);
    }

    public int bodyLength() {
        return length - lines.head;
    }

    /** The first value of the key; throws {@link Malformed} if it breaks the key's grammar. */
    public <T> Optional<T> first(HeaderKey<T> key) {
        HeaderName name = HeaderName.of(key);
        int line = find(name, key.name(), 0);
        while (line >= 0) {
            Slice value = lines.value(line);
            if (name.shape() == HeaderName.Shape.ONE) {
                return Optional.of(parsed(key, value.b(), value.from(), value.to()));
            }
            List<T> all = new ArrayList<>(2);
            split(name, value, key, all, 1);
            if (!all.isEmpty()) {
                return Optional.of(all.getFirst());
            }
            line = find(name, key.name(), line + 1);
        }
        return Optional.empty();
    }

    /** All values of the key in order, comma lists taken apart; throws {@link Malformed} if one breaks the key's grammar. */
    public <T> List<T> all(HeaderKey<T> key) {
        HeaderName name = HeaderName.of(key);
        int line = find(name, key.name(), 0);
        if (line < 0) {
            return List.of();
        }
        List<T> all = new ArrayList<>();
        for (; line >= 0; line = find(name, key.name(), line + 1)) {
            Slice value = lines.value(line);
            if (name.shape() == HeaderName.Shape.ONE) {
                all.add(parsed(key, value.b(), value.from(), value.to()));
            } else {
                split(name, value, key, all, Limits.VALUES);
            }
        }
        return List.copyOf(all);
    }

    /** Whether a line of this name is there, in whatever spelling. */
    public boolean has(HeaderKey<?> key) {
        return find(HeaderName.of(key), key.name(), 0) >= 0;
    }

    /** Number of lines of this name. */
    public int count(HeaderKey<?> key) {
        HeaderName name = HeaderName.of(key);
        int count = 0;
        for (int line = find(name, key.name(), 0); line >= 0; line = find(name, key.name(), line + 1)) {
            count++;
        }
        return count;
    }

    /** The value of the first line of this name, unfolded, commas kept. */
    public Optional<String> text(String name) {
        int line = find(HeaderName.of(name), name, 0);
        return line < 0 ? Optional.empty() : Optional.of(lines.value(line).text());
    }

    /** The names of all header lines in order, as they are spelled. */
    public List<String> names() {
        List<String> names = new ArrayList<>(lines.count);
        for (int i = 0; i < lines.count; i++) {
            int from = lines.from(i);
            names.add(Grammar.ascii(lines.bytes, from, Grammar.run(lines.bytes, from, lines.to(i), Grammar.TOKEN)));
        }
        return names;
    }

    /** Bytes of the encoded message. */
    public int length() {
        return length;
    }

    /** The message in wire form. It may be the message's own array: who gets it must not change it. */
    public byte[] encode() {
        boolean whole = lines.start == 0 && length == lines.bytes.length;
        return whole ? lines.bytes : Arrays.copyOfRange(lines.bytes, lines.start, lines.start + length);
    }

    /** Writes the message in wire form, {@link #length} bytes. */
    public void encode(byte[] into, int at) {
        System.arraycopy(lines.bytes, lines.start, into, at, length);
    }

    /**
     * Takes over what another message has already read of lines that stand in this one unchanged: on its way through a proxy a
     * request is built anew several times.
     *
     * @param changed a bit for each name whose lines are others, see {@link #bit}
     * @param top the topmost Via where it is known
     */
    void inherit(Message origin, long changed, @Nullable Via top) {
        boolean sameVias = (changed & bit(HeaderName.VIA)) == 0;
        vias = sameVias ? origin.vias : null;
        topVia = sameVias ? origin.topVia : top;
        from = (changed & bit(HeaderName.FROM)) == 0 ? origin.from : null;
        to = (changed & bit(HeaderName.TO)) == 0 ? origin.to : null;
        callId = (changed & bit(HeaderName.CALL_ID)) == 0 ? origin.callId : null;
        cseq = (changed & bit(HeaderName.CSEQ)) == 0 ? origin.cseq : null;
        routes = (changed & bit(HeaderName.ROUTE)) == 0 ? origin.routes : null;
        contacts = (changed & bit(HeaderName.CONTACT)) == 0 ? origin.contacts : null;
    }

    /** Of two names that share a bit each counts as changed with the other. */
    static long bit(HeaderName name) {
        return 1L << name.ordinal();
    }

    int find(HeaderName name, String spelling, int line) {
        return name == HeaderName.OTHER ? lines.find(spelling, line) : lines.find(name, line);
    }

    private Slice required(HeaderName name) {
        int line = lines.find(name, 0);
        if (line < 0) {
            throw new Malformed("missing", name.spelling() + " is missing");
        }
        Slice value = lines.value(line);
        if (value.isEmpty()) {
            throw new Malformed("missing", name.spelling() + " is empty");
        }
        return value;
    }

    private static int memberEnd(Slice value) {
        int end = Grammar.member(value.b(), value.from(), value.to());
        return Grammar.trimmed(value.b(), value.from(), end);
    }

    private <T> List<T> members(HeaderName name, Field.Parse<T> parse) {
        T first = null;
        List<T> all = null;
        for (int line = lines.find(name, 0); line >= 0; line = lines.find(name, line + 1)) {
            Slice value = lines.value(line);
            byte[] b = value.b();
            int at = value.from();
            while (at <= value.to()) {
                int end = Grammar.member(b, at, value.to());
                int begin = Grammar.blank(b, at, end);
                T one = parse.of(b, begin, Grammar.trimmed(b, begin, end));
                // Mostly there is one.
                if (first == null) {
                    first = one;
                } else {
                    all = all == null ? new ArrayList<>(List.of(first)) : all;
                    bounded(name, all.size());
                    all.add(one);
                }
                at = end + 1;
            }
        }
        return all != null ? List.copyOf(all) : first != null ? List.of(first) : List.of();
    }

    private static void bounded(HeaderName name, int size) {
        if (size == Limits.VALUES) {
            throw new Malformed("value-count", "more than " + Limits.VALUES + " values of " + name.spelling());
        }
    }

    private static <T> void split(HeaderName name, Slice value, HeaderKey<T> key, List<T> all, int limit) {
        byte[] b = value.b();
        int at = value.from();
        while (at <= value.to()) {
            int end = Grammar.member(b, at, value.to());
            int begin = Grammar.blank(b, at, end);
            int last = Grammar.trimmed(b, begin, end);
            if (begin < last || name.shape() == HeaderName.Shape.LIST) {
                if (all.size() == limit && limit == 1) {
                    return;
                }
                bounded(name, all.size());
                all.add(parsed(key, b, begin, last));
            }
            at = end + 1;
        }
    }

    private static <T> T parsed(HeaderKey<T> key, byte[] b, int from, int to) {
        return key.parse() instanceof Field<T> field
                ? field.parse().of(b, from, to)
                : key.parse().apply(Grammar.text(b, from, to));
    }

    /** Whether both are the same bytes. */
    @Override
    public boolean equals(Object other) {
        return other instanceof Message that
                && Arrays.equals(
                        lines.bytes,
                        lines.start,
                        lines.start + length,
                        that.lines.bytes,
                        that.lines.start,
                        that.lines.start + that.length);
    }

    @Override
    public int hashCode() {
        int hash = 1;
        for (int i = lines.start; i < lines.start + length; i++) {
            hash = 31 * hash + lines.bytes[i];
        }
        return hash;
    }
}
