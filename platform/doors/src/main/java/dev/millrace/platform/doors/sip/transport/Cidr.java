package dev.millrace.platform.doors.sip.transport;

import dev.millrace.protocols.wire.Malformed;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A block of addresses: RFC 4632, RFC 4291 section 2.3. Immutable; asked for every packet, so it copies nothing. */
public final class Cidr {
    private final byte[] network;
    private final int bits;

    private Cidr(byte[] network, int bits) {
        this.network = network;
        this.bits = bits;
    }

    /** Reads {@code 192.0.2.0/24}, {@code 2001:db8::/32} or one address; {@link Malformed} with rule {@code cidr} otherwise. */
    public static Cidr parse(String text) {
        int slash = text.indexOf('/');
        String host = slash < 0 ? text : text.substring(0, slash);
        byte[] network;
        try {
            network = InetAddress.ofLiteral(host).getAddress();
        } catch (IllegalArgumentException name) {
            throw new Malformed("cidr", "an address or address/bits, not " + Malformed.quote(text));
        }
        int most = network.length * 8;
        return new Cidr(network, slash < 0 ? most : bits(text.substring(slash + 1), most));
    }

    private static int bits(String text, int most) {
        try {
            int bits = Integer.parseInt(text);
            if (bits >= 0 && bits <= most) {
                return bits;
            }
        } catch (NumberFormatException notANumber) {
            // Falls through to the one sentence about bits.
        }
        throw new Malformed("cidr", "0 to " + most + " bits, not " + Malformed.quote(text));
    }

    private boolean contains(byte[] address) {
        if (network.length != address.length) {
            return false;
        }
        int whole = bits / 8;
        for (int i = 0; i < whole; i++) {
            if (network[i] != address[i]) {
                return false;
            }
        }
        int rest = bits % 8;
        return rest == 0 || ((network[whole] ^ address[whole]) & 0xFF) >> 8 - rest == 0;
    }

    /** Whether the address lies in one of the blocks. */
    public static boolean any(List<Cidr> blocks, InetAddress address) {
        if (blocks.isEmpty()) {
            return false;
        }
        byte[] bytes = address.getAddress();
        for (Cidr block : blocks) {
            if (block.contains(bytes)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Cidr block && bits == block.bits && Arrays.equals(network, block.network);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(network) + bits;
    }

    @Override
    public String toString() {
        try {
            return InetAddress.getByAddress(network).getHostAddress() + "/" + bits;
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
