package dev.millrace.platform.runtime;

import dev.millrace.platform.runtime.JournalFile.View;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Of all entries in the files of a {@link Journal} those that count: of each key the one with the highest version (of equal ones
 * the last written), unless it has ended. Takes about 150 bytes of memory a key while it is made. Owned by one thread.
 */
final class Newest {
    private static final Logger LOG = LoggerFactory.getLogger(Newest.class);

    private final List<Path> files;
    private final long nowMillis;
    private final BitSet counts = new BitSet();

    /** @param ordinal of the entry among all entries of all files */
    private record Best(long version, int ordinal) {}

    private int ordinal;

    /** Reads the files once. */
    Newest(List<Path> files, long nowMillis) throws IOException {
        this.files = List.copyOf(files);
        this.nowMillis = nowMillis;
        Map<ByteBuffer, Best> best = new HashMap<>();
        for (Path file : files) {
            if (!JournalFile.read(file, entry -> look(entry, best))) {
                LOG.warn("store file is not whole, what stands before the break counts file={}", file);
            }
        }
        best.values().forEach(each -> counts.set(each.ordinal()));
    }

    private void look(View entry, Map<ByteBuffer, Best> best) {
        best.merge(
                entry.name(),
                new Best(entry.version(), ordinal++),
                (before, now) -> now.version() >= before.version() ? now : before);
    }

    /** Reads the files again and gives the entries that count. */
    void each(JournalFile.Reader reader) throws IOException {
        ordinal = 0;
        for (Path file : files) {
            JournalFile.read(file, entry -> {
                if (counts.get(ordinal++) && !entry.ended(nowMillis)) {
                    reader.entry(entry);
                }
            });
        }
    }
}
