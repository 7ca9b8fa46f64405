package dev.millrace.platform.doors.sip.transport;

import dev.millrace.protocols.wire.Malformed;
import java.net.InetAddress;
import java.util.List;

/** A block of addresses: RFC 4632, RFC 4291 section 2.3. */
public record Cidr(InetAddress network, int bits) {
    /** Reads {@code 192.0.2.0/24}, {@code 2001:db8::/32} or one address; {@link Malformed} with rule {@code cidr} otherwise. */
    public static Cidr parse(String text) {
        int slash = text.indexOf('/');
        String host = slash < 0 ? text : text.substring(0, slash);
        InetAddress network;
        try {
            network = InetAddress.ofLiteral(host);
        } catch (IllegalArgumentException name) {
            throw new Malformed("cidr", "an address or address/bits, not " + Malformed.quote(text));
        }
        int most = network.getAddress().length * 8;
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

    /** Whether the address lies in the block. */
    public boolean contains(InetAddress address) {
        byte[] wanted = network.getAddress();
        byte[] found = address.getAddress();
        if (wanted.length != found.length) {
            return false;
        }
        int whole = bits / 8;
        for (int i = 0; i < whole; i++) {
            if (wanted[i] != found[i]) {
                return false;
            }
        }
        int rest = bits % 8;
        return rest == 0 || ((wanted[whole] ^ found[whole]) & 0xFF) >> 8 - rest == 0;
    }

    /** Whether the address lies in one of the blocks. */
    public static boolean any(List<Cidr> blocks, InetAddress address) {
        for (Cidr block : blocks) {
            if (block.contains(address)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public String toString() {
        return network.getHostAddress() + "/" + bits;
    }
}
