package dev.millrace.platform.contracts;

import static dev.millrace.platform.contracts.Codec.I64;
import static dev.millrace.platform.contracts.Codec.TEXT;
import static dev.millrace.platform.contracts.Codec.U16;

import dev.millrace.protocols.wire.Malformed;
import dev.millrace.protocols.wire.Reader;
import dev.millrace.protocols.wire.Writer;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;

/** What every node may know of a flow (RFC 5626 section 3.1): a connection, or for UDP the pair of our socket and the peer's address. */
public final class Flows {
    /** Longest compact form, bytes. */
    public static final int COMPACT_LIMIT = 256;

    private static final int IPV4 = 0;
    private static final int IPV6 = 1;
    private static final int NAMED = 2;

    /** Beside the kind of the address: a number follows, over UDP, where there mostly is none. */
    private static final int NUMBERED = 0x80;

    private Flows() {}

    /**
     * Names a flow for as long as it lives.
     *
     * @param node the owner: the node that received or opened it
     * @param number of the connection, never given twice by a node, not even after a restart; over UDP that of the owner's process
     *     where the peer is a balancer, whose session does not outlast it, else 0
     * @param socket which of the owner's listeners: its position in the configuration
     * @param host the peer's address, a literal without brackets
     * @param port the peer's port
     */
    public record FlowRef(String node, Transport transport, long number, int socket, String host, int port) {
        public static final Codec<FlowRef> CODEC = RecordCodec.of(
                TEXT,
                FlowRef::node,
                Transport.CODEC,
                FlowRef::transport,
                I64,
                FlowRef::number,
                U16,
                FlowRef::socket,
                TEXT,
                FlowRef::host,
                U16,
                FlowRef::port,
                FlowRef::new);

        /** The shortest form, for tokens in URIs: about 8 bytes and the node's name for IPv4 over UDP. */
        public byte[] compact() {
            byte[] address = literal(host);
            int family = address.length == 4 ? IPV4 : address.length == 16 ? IPV6 : NAMED;
            Writer writer = new Writer(32 + node.length());
            boolean numbered = transport != Transport.UDP || number != 0;
            int head = family << 4 | transport.ordinal() | (transport == Transport.UDP && numbered ? NUMBERED : 0);
            writer.u8(head).u8(socket).u16(port);
            if (family == NAMED) {
                byte[] name = host.getBytes(StandardCharsets.UTF_8);
                writer.u8(name.length).bytes(name);
            } else {
                writer.bytes(address);
            }
            if (numbered) {
                writer.i64(number);
            }
            return writer.text(node).toBytes();
        }

        /** Reads {@link #compact}; {@link Malformed} otherwise. */
        public static FlowRef ofCompact(byte[] bytes) {
            if (bytes.length > COMPACT_LIMIT) {
                throw new Malformed("flow", bytes.length + " bytes, at most " + COMPACT_LIMIT);
            }
            Reader reader = Reader.of(bytes);
            int head = reader.u8();
            int ordinal = head & 0x0F;
            if (ordinal >= Transport.values().length) {
                throw new Malformed("flow", "no transport has the number " + ordinal);
            }
            Transport transport = Transport.values()[ordinal];
            int socket = reader.u8();
            int port = reader.u16();
            int family = (head & ~NUMBERED) >> 4;
            String host = switch (family) {
                case IPV4 -> shown(reader.bytes(4));
                case IPV6 -> shown(reader.bytes(16));
                case NAMED -> reader.text(reader.u8());
                default -> throw new Malformed("flow", "no kind of address has the number " + family);
            };
            boolean numbered = transport != Transport.UDP || (head & NUMBERED) != 0;
            long number = numbered ? reader.i64() : 0;
            String node = reader.text(reader.remaining());
            if (node.isEmpty()) {
                throw new Malformed("flow", "it names no node");
            }
            return new FlowRef(node, transport, number, socket, host, port);
        }
    }

    /** The bytes of an address; none where the text is a name or has a zone, which bytes cannot hold. */
    private static byte[] literal(String host) {
        if (host.indexOf('%') >= 0) {
            return new byte[0];
        }
        try {
            InetAddress address = InetAddress.ofLiteral(host);
            // The form must come back as it was written: flows are compared by their text.
            return address.getHostAddress().equals(host) ? address.getAddress() : new byte[0];
        } catch (IllegalArgumentException name) {
            return new byte[0];
        }
    }

    private static String shown(byte[] address) {
        try {
            return InetAddress.getByAddress(address).getHostAddress();
        } catch (UnknownHostException impossible) {
            throw new Malformed("flow", address.length + " bytes are no address");
        }
    }
}
