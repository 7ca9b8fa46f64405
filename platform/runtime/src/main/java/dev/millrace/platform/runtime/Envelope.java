package dev.millrace.platform.runtime;

import dev.millrace.protocols.wire.Malformed;
import dev.millrace.protocols.wire.Reader;
import dev.millrace.protocols.wire.Writer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import javax.crypto.Mac;

/**
 * One message of the bus. On the wire: version (8 bits), kind (8), id (64), sender, receiver and question (each a length in 8
 * bits and that many bytes of UTF-8), body (a length in 32 bits and that many bytes), HMAC-SHA256 over all before it (32
 * bytes).
 *
 * @param id the asker's number for the question, the same in its answer
 * @param from node id of the sender; an answer goes there
 * @param to node id of the receiver, so that nobody sends the message to another
 * @param question its name
 * @param body the query, the answer, or for a failure why (8 bits) and a sentence
 */
record Envelope(Kind kind, long id, String from, String to, String question, byte[] body) {
    static final int VERSION = 1;

    /** Bytes of a body. */
    static final int BODY_LIMIT = 8 << 20;

    /** Bytes of a node id or of a question's name. */
    static final int NAME_LIMIT = 255;

    static final int MAC_LENGTH = 32;

    /** The order is the wire's: new ones go to the end. */
    enum Kind {
        QUESTION,
        TOLD,
        ANSWER,
        FAILURE
    }

    byte[] encode(Mac keyed) {
        Writer writer =
                new Writer(64 + body.length).u8(VERSION).u8(kind.ordinal()).i64(id);
        name(writer, from);
        name(writer, to);
        name(writer, question);
        writer.u32(body.length).bytes(body);
        return writer.bytes(ClusterSecret.fresh(keyed).doFinal(writer.toBytes()))
                .toBytes();
    }

    /**
     * Reads one message; {@link Malformed} when it is none, with rule {@code bus-authentic} when its sender does not know
     * the cluster's secret.
     */
    static Envelope parse(byte[] bytes, Mac keyed) {
        authenticate(bytes, keyed);
        Reader reader = Reader.of(bytes);
        int version = reader.u8();
        if (version != VERSION) {
            throw new Malformed("bus-version", "version " + version + ", this node speaks " + VERSION);
        }
        int kind = reader.u8();
        if (kind >= Kind.values().length) {
            throw new Malformed("bus-kind", "kind " + kind);
        }
        long id = reader.i64();
        String from = reader.text(reader.u8());
        String to = reader.text(reader.u8());
        String question = reader.text(reader.u8());
        long length = reader.u32();
        if (length > BODY_LIMIT || length != reader.remaining() - MAC_LENGTH) {
            throw new Malformed("bus-length", length + " bytes of body, " + reader.remaining() + " left");
        }
        return new Envelope(Kind.values()[kind], id, from, to, question, reader.bytes((int) length));
    }

    private static void authenticate(byte[] bytes, Mac keyed) {
        int signed = bytes.length - MAC_LENGTH;
        if (signed < 0) {
            throw new Malformed("bus-authentic", bytes.length + " bytes are too few");
        }
        Mac mac = ClusterSecret.fresh(keyed);
        mac.update(bytes, 0, signed);
        byte[] claimed = new byte[MAC_LENGTH];
        System.arraycopy(bytes, signed, claimed, 0, MAC_LENGTH);
        if (!MessageDigest.isEqual(mac.doFinal(), claimed)) {
            throw new Malformed("bus-authentic", "the sender does not know the cluster's secret");
        }
    }

    private static void name(Writer writer, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > NAME_LIMIT) {
            throw new IllegalArgumentException("a name of " + bytes.length + " bytes, at most " + NAME_LIMIT);
        }
        writer.u8(bytes.length).bytes(bytes);
    }
}
