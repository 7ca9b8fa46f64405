package dev.millrace.platform.runtime;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The folder of one node's {@link Journal}: numbered files, and a lock that ends with the process. It holds keys and password
 * hashes, so only its owner may read it.
 */
final class JournalFolder implements Closeable {
    /** Folders that nodes of one program in one place may have, when they have no names of their own. */
    static final int FOLDERS = 64;

    private static final Pattern NAME = Pattern.compile("(\\d{9})\\.store");
    private static final String DRAFT = "rewriting.draft";

    private final Path path;
    private final FileChannel lockFile;

    private JournalFolder(Path path, FileChannel lockFile) {
        this.path = path;
        this.lockFile = lockFile;
    }

    /** Takes the folder of that name, or of the name with a number behind it when another process has it. */
    static JournalFolder take(Path parent, String name) throws IOException {
        for (int i = 1; i <= FOLDERS; i++) {
            Optional<JournalFolder> taken = lock(parent.resolve(i == 1 ? name : name + "-" + i));
            if (taken.isPresent()) {
                return taken.get();
            }
        }
        throw new IOException("all " + FOLDERS + " folders of that name are in use");
    }

    private static Optional<JournalFolder> lock(Path path) throws IOException {
        createDirectories(path);
        FileChannel file = open(path.resolve("lock"));
        try {
            FileLock lock = file.tryLock();
            if (lock != null) {
                Files.deleteIfExists(path.resolve(DRAFT));
                return Optional.of(new JournalFolder(path, file));
            }
        } catch (OverlappingFileLockException otherNodeOfThisProcess) {
            // As good as another process.
        }
        file.close();
        return Optional.empty();
    }

    private static void createDirectories(Path path) throws IOException {
        if (path.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            Files.createDirectories(
                    path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        } else {
            Files.createDirectories(path);
        }
    }

    /** Opens a file for writing, empty. */
    static FileChannel open(Path file) throws IOException {
        return FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING);
    }

    /** Starts the file of that number. */
    FileChannel create(long number) throws IOException {
        FileChannel file = open(path(number));
        JournalFile.begin(Channels.newOutputStream(file));
        return file;
    }

    static void write(FileChannel file, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            file.write(bytes);
        }
    }

    Path path(long number) {
        return path.resolve(String.format(Locale.ROOT, "%09d.store", number));
    }

    /** All files, the oldest first. */
    List<Path> files() throws IOException {
        try (Stream<Path> all = Files.list(path)) {
            return all.filter(each ->
                            NAME.matcher(String.valueOf(each.getFileName())).matches())
                    .sorted()
                    .toList();
        }
    }

    /** The highest number of a file, 0 for none. */
    long last() throws IOException {
        List<Path> files = files();
        return files.isEmpty()
                ? 0
                : Long.parseLong(String.valueOf(files.getLast().getFileName()).substring(0, 9));
    }

    static long bytes(List<Path> files) throws IOException {
        long bytes = 0;
        for (Path each : files) {
            bytes += Files.size(each);
        }
        return bytes;
    }

    /** Where a file is written that will take the place of others. */
    Path draft() {
        return path.resolve(DRAFT);
    }

    /** Puts the draft in the place of all those files, under the name of the last. A kill at any point loses nothing. */
    void replace(List<Path> files) throws IOException {
        Files.move(draft(), files.getLast(), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        for (Path each : files.subList(0, files.size() - 1)) {
            Files.delete(each);
        }
    }

    @Override
    public void close() throws IOException {
        lockFile.close();
    }

    @Override
    public String toString() {
        return path.toString();
    }
}
