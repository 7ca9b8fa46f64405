package dev.millrace.platform.runtime;

import dev.millrace.platform.runtime.JournalFile.Entry;
import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where a data node writes the entries of lasting tables: files that only grow, in a folder of its own. Every change is one more
 * entry; of several entries of a key the one with the highest version counts. An entry waits in memory for {@link #PERIOD} at
 * most, is written in one piece with its neighbours and forced to the disk. Closed files are rewritten into one when most of
 * what they hold is outdated. Entries may be added from any thread; a thread of its own writes, another one rewrites.
 */
final class Journal implements Closeable {
    private static final Logger LOG = LoggerFactory.getLogger(Journal.class);

    /** Between two writes. */
    static final Duration PERIOD = Duration.ofMillis(400);

    /** Bytes that wait for the disk; beyond it entries are left out, counted, and written once the disk is back. */
    static final int WAITING_LIMIT = 64 << 20;

    /** Bytes of a file, after which the next one is begun. */
    static final long FILE_BYTES = 64L << 20;

    /** Closed files, after which they are rewritten although they are small. */
    static final int FILES = 16;

    /** A buffer that a burst has made larger than this is not kept. */
    private static final int KEPT_BUFFER = 1 << 20;

    private static final int FIRST_BUFFER = 1 << 16;
    private static final long CLOSE_SECONDS = 10;

    private final JournalFolder folder;
    private final Clock clock;
    private final long fileBytes;
    private final ScheduledExecutorService writer;
    private final AtomicLong written = new AtomicLong();
    private final AtomicLong dropped = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();

    /** Guarded by this. */
    private ByteBuffer waiting = ByteBuffer.allocate(FIRST_BUFFER);

    /** Whether entries were left out since {@link #gap} was asked; guarded by this. */
    private boolean gap;

    /** Files that were there at the start: what a former process wrote. */
    private final List<Path> former;

    /** Whether {@link #former} has been read: until then its files stay. */
    private volatile boolean settled;

    private volatile boolean rewriting;
    private volatile boolean closing;

    /** Bytes of the closed files after the last rewriting. */
    private volatile long rewritten;

    /** The writer's own from here. */
    private ByteBuffer writing = ByteBuffer.allocate(FIRST_BUFFER);

    private FileChannel file;
    private long number;
    private boolean failing;

    private Journal(JournalFolder folder, Clock clock, long fileBytes) throws IOException {
        this.folder = folder;
        this.clock = clock;
        this.fileBytes = fileBytes;
        this.former = folder.files();
        this.number = folder.last() + 1;
        this.file = folder.create(number);
        this.writer = Executors.newSingleThreadScheduledExecutor(
                task -> Thread.ofPlatform().daemon().name("millrace-store").unstarted(task));
    }

    /** Opens the journal of that folder and starts to write. */
    static Journal open(JournalFolder folder, Clock clock) throws IOException {
        return open(folder, clock, FILE_BYTES);
    }

    static Journal open(JournalFolder folder, Clock clock, long fileBytes) throws IOException {
        Journal journal = new Journal(folder, clock, fileBytes);
        journal.writer.scheduleWithFixedDelay(
                journal::tick, PERIOD.toMillis(), PERIOD.toMillis(), TimeUnit.MILLISECONDS);
        return journal;
    }

    /** Gives what former processes wrote and still counts. Reads files; for the start. */
    void former(JournalFile.Reader reader) throws IOException {
        try {
            if (!former.isEmpty()) {
                new Newest(former, clock.millis()).each(reader);
            }
        } finally {
            settled = true;
        }
    }

    /** Writes an entry down, soon. Never waits for the disk. */
    void add(String table, byte[] key, long untilMillis, byte[] value) {
        Entry entry = new Entry(table, key, untilMillis, value);
        int size = entry.size();
        synchronized (this) {
            if (size > JournalFile.ENTRY_LIMIT || waiting.position() + size > WAITING_LIMIT) {
                gap = true;
                dropped.incrementAndGet();
                return;
            }
            if (waiting.remaining() < size) {
                waiting = ByteBuffer.allocate(Math.max(waiting.capacity() * 2, waiting.position() + size))
                        .put(waiting.flip());
            }
            entry.encode(waiting);
        }
        written.incrementAndGet();
    }

    /** Whether entries were left out since it was asked last: whoever has them adds them again. */
    synchronized boolean gap() {
        boolean was = gap;
        gap = false;
        return was;
    }

    /** Entries taken since the start. */
    long written() {
        return written.get();
    }

    /** Entries left out since the start, because the disk is too slow. */
    long dropped() {
        return dropped.get();
    }

    /** Writes that failed since the start. */
    long failed() {
        return failed.get();
    }

    private void tick() {
        try {
            // Behind half a write nothing can be read: the file after a failure is another one.
            if (failing || file.size() > fileBytes) {
                file.close();
                file = folder.create(++number);
            }
            flush();
            failing = false;
            rewriteIfDue();
        } catch (IOException | RuntimeException failure) {
            if (!failing) {
                LOG.error("store cannot be written folder={} cause={}", folder, failure.toString());
            }
            failing = true;
            failed.incrementAndGet();
            synchronized (this) {
                gap = true;
            }
        }
    }

    private void flush() throws IOException {
        synchronized (this) {
            if (waiting.position() == 0) {
                return;
            }
            ByteBuffer full = waiting;
            waiting = writing.clear();
            writing = full;
        }
        JournalFolder.write(file, writing.flip());
        if (writing.capacity() > KEPT_BUFFER) {
            writing = ByteBuffer.allocate(FIRST_BUFFER);
        }
        file.force(false);
    }

    private void rewriteIfDue() throws IOException {
        if (rewriting || !settled) {
            return;
        }
        Path current = folder.path(number);
        List<Path> closed =
                folder.files().stream().filter(each -> !each.equals(current)).toList();
        long bytes = JournalFolder.bytes(closed);
        if (closed.size() > 1 && (bytes > 2 * rewritten + fileBytes || closed.size() > FILES)) {
            rewriting = true;
            Thread.ofPlatform().daemon().name("millrace-store-rewriting").start(() -> rewrite(closed, bytes));
        }
    }

    private void rewrite(List<Path> closed, long bytes) {
        try {
            try (FileChannel draft = JournalFolder.open(folder.draft());
                    OutputStream out = new BufferedOutputStream(Channels.newOutputStream(draft), FIRST_BUFFER)) {
                JournalFile.begin(out);
                new Newest(closed, clock.millis()).each(entry -> {
                    if (closing) {
                        throw new IOException("the node stops");
                    }
                    out.write(entry.whole());
                });
                out.flush();
                draft.force(false);
            }
            folder.replace(closed);
            rewritten = Files.size(closed.getLast());
            LOG.info("store rewritten folder={} from={} to={}", folder, bytes, rewritten);
        } catch (IOException | RuntimeException failure) {
            // The files stay as they are; the next rewriting is tried when they have grown again.
            rewritten = bytes;
            LOG.warn("store not rewritten folder={} cause={}", folder, failure.toString());
        } finally {
            rewriting = false;
        }
    }

    /** Writes what waits and lets the folder go. */
    @Override
    public void close() {
        closing = true;
        writer.shutdown();
        try {
            if (!writer.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("store did not come to rest folder={}", folder);
            }
            flush();
            file.close();
            folder.close();
        } catch (IOException failure) {
            LOG.error("store cannot be closed well folder={} cause={}", folder, failure.toString());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Ends as a kill does: what waits is lost. For tests. */
    void abandon() {
        closing = true;
        writer.shutdownNow();
        try {
            file.close();
            folder.close();
        } catch (IOException failure) {
            LOG.warn("store cannot be abandoned folder={} cause={}", folder, failure.toString());
        }
    }
}
