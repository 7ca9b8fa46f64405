package dev.millrace.platform.runtime;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.zip.CRC32C;

/**
 * The form of one file of a {@link Journal}: eight bytes that say what it is, then entries one after the other, each behind its
 * length and its CRC-32C (32 bits each). Reading ends at the first entry that is not whole: a machine that lost its power leaves
 * one at most.
 */
final class JournalFile {
    /** Its last digit is the form. */
    private static final byte[] MAGIC = "MRSTORE1".getBytes(StandardCharsets.US_ASCII);

    /** Bytes of one entry, beyond which a length is taken for broken. */
    static final int ENTRY_LIMIT = 4 << 20;

    /** Length and checksum. */
    private static final int HEAD = 8;

    /** Bytes behind the head of an entry with nothing in it. */
    private static final int LEAST = 1 + 2 + 8;

    private JournalFile() {}

    /**
     * What was written about an entry of a table.
     *
     * @param untilMillis when it ends by itself, milliseconds of the Unix epoch; 0 for never
     */
    record Entry(String table, byte[] key, long untilMillis, byte[] value) {
        /** Bytes in a file. */
        int size() {
            return HEAD + 1 + table.length() + 2 + key.length + 8 + value.length;
        }

        void encode(ByteBuffer into) {
            int start = into.position();
            byte[] name = table.getBytes(StandardCharsets.US_ASCII);
            into.putInt(size() - HEAD).putInt(0);
            into.put((byte) name.length).put(name);
            into.putShort((short) key.length).put(key).putLong(untilMillis).put(value);
            CRC32C crc = new CRC32C();
            crc.update(into.array(), into.arrayOffset() + start + HEAD, into.position() - start - HEAD);
            into.putInt(start + 4, (int) crc.getValue());
        }
    }

    /**
     * An entry in a file that is being read: borrowed, for one call. Most are outdated, so that only their keys and versions are
     * looked at.
     */
    static final class View {
        private final ByteBuffer whole;
        private final int key;
        private final int value;

        /** Stands over the entry with its head. */
        private View(ByteBuffer whole) {
            this.whole = whole;
            int name = whole.get(HEAD) & 0xFF;
            this.key = HEAD + 1 + name + 2;
            this.value = key + (whole.getShort(key - 2) & 0xFFFF) + 8;
        }

        String table() {
            return new String(bytes(HEAD + 1, key - 2), StandardCharsets.US_ASCII);
        }

        byte[] key() {
            return bytes(key, value - 8);
        }

        /** Table and key, which name an entry. */
        ByteBuffer name() {
            return ByteBuffer.wrap(bytes(HEAD, value - 8));
        }

        byte[] value() {
            return bytes(value, whole.capacity());
        }

        /** The first eight bytes of a value ({@link Versioned}). */
        long version() {
            return whole.capacity() - value < 8 ? Long.MIN_VALUE : whole.getLong(value);
        }

        /** When it ends by itself, milliseconds of the Unix epoch; 0 for never. */
        long untilMillis() {
            return whole.getLong(value - 8);
        }

        boolean ended(long nowMillis) {
            return untilMillis() != 0 && untilMillis() <= nowMillis;
        }

        /** The entry as a file holds it. */
        byte[] whole() {
            return bytes(0, whole.capacity());
        }

        private byte[] bytes(int from, int to) {
            byte[] bytes = new byte[to - from];
            whole.get(from, bytes);
            return bytes;
        }
    }

    /** Takes entries in the order of the file. */
    @FunctionalInterface
    interface Reader {
        void entry(View entry) throws IOException;
    }

    /** Writes the first bytes of a new file. */
    static void begin(OutputStream out) throws IOException {
        out.write(MAGIC);
    }

    /** Reads a file to its end, or to its first entry that is not whole; false then. */
    static boolean read(Path file, Reader reader) throws IOException {
        try (FileChannel channel = FileChannel.open(file);
                Arena arena = Arena.ofConfined()) {
            MemorySegment bytes = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
            if (!begins(bytes)) {
                return false;
            }
            long at = MAGIC.length;
            while (at < bytes.byteSize()) {
                long size = size(bytes, at);
                if (size < 0) {
                    return false;
                }
                reader.entry(new View(bytes.asSlice(at, size).asByteBuffer()));
                at += size;
            }
            return true;
        } catch (IndexOutOfBoundsException broken) {
            // Its checksum is right and its lengths are not: we did not write it.
            return false;
        }
    }

    private static boolean begins(MemorySegment bytes) {
        return bytes.byteSize() >= MAGIC.length
                && bytes.asSlice(0, MAGIC.length).mismatch(MemorySegment.ofArray(MAGIC)) < 0;
    }

    /** Bytes of the entry there, its head included; -1 where it is not whole. */
    private static long size(MemorySegment bytes, long at) {
        if (bytes.byteSize() - at < HEAD) {
            return -1;
        }
        ByteBuffer head = bytes.asSlice(at, HEAD).asByteBuffer();
        int length = head.getInt(0);
        if (length < LEAST || length > ENTRY_LIMIT || length > bytes.byteSize() - at - HEAD) {
            return -1;
        }
        CRC32C crc = new CRC32C();
        crc.update(bytes.asSlice(at + HEAD, length).asByteBuffer());
        return (int) crc.getValue() == head.getInt(4) ? HEAD + (long) length : -1;
    }
}
