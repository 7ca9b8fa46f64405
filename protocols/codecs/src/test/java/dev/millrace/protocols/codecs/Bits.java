package dev.millrace.protocols.codecs;

import java.io.ByteArrayOutputStream;

/** Writes NAL units and other bit streams for tests, with emulation prevention where asked for. */
final class Bits {
    private final StringBuilder bits = new StringBuilder();

    Bits u(int count, long value) {
        for (int i = count - 1; i >= 0; i--) {
            bits.append(value >> i & 1);
        }
        return this;
    }

    Bits flag(boolean value) {
        return u(1, value ? 1 : 0);
    }

    Bits ue(int value) {
        int length = 32 - Integer.numberOfLeadingZeros(value + 1);
        return u(length - 1, 0).u(length, value + 1L);
    }

    Bits se(int value) {
        return ue(value > 0 ? 2 * value - 1 : -2 * value);
    }

    /** The bits, filled up with zeros to a byte. */
    byte[] bytes() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int at = 0; at < bits.length(); at += 8) {
            String part = bits.substring(at, Math.min(bits.length(), at + 8));
            bytes.write(Integer.parseInt((part + "0000000").substring(0, 8), 2));
        }
        return bytes.toByteArray();
    }

    /** The bits behind a header byte as a NAL unit: stop bit, then emulation prevention. */
    byte[] nal(int header) {
        byte[] payload = new Bits().append(this).flag(true).bytes();
        ByteArrayOutputStream nal = new ByteArrayOutputStream();
        nal.write(header);
        int zeros = 0;
        for (byte b : payload) {
            if (zeros >= 2 && (b & 0xFF) <= 3) {
                nal.write(3);
                zeros = 0;
            }
            nal.write(b);
            zeros = b == 0 ? zeros + 1 : 0;
        }
        return nal.toByteArray();
    }

    Bits append(Bits other) {
        bits.append(other.bits);
        return this;
    }
}
