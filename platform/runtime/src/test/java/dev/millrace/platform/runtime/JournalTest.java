package dev.millrace.platform.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.platform.runtime.testing.Await;
import dev.millrace.platform.runtime.testing.MovedClock;
import dev.millrace.platform.testkit.Mutator;
import dev.millrace.protocols.wire.Writer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that a node writes and that the next process of it reads. */
class JournalTest {
    private final MovedClock clock = new MovedClock();

    @TempDir
    Path folder;

    private Journal open() throws IOException {
        return open(Journal.FILE_BYTES);
    }

    private Journal open(long fileBytes) throws IOException {
        return Journal.open(JournalFolder.take(folder, "a"), clock, fileBytes);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static void add(Journal journal, String key, long version, String text) {
        add(journal, key, version, text, 0);
    }

    private static void add(Journal journal, String key, long version, String text, long until) {
        journal.add("t", bytes(key), until, new Writer().i64(version).text(text).toBytes());
    }

    /** What the next process finds. */
    private Map<String, String> found() throws IOException {
        Map<String, String> found = new TreeMap<>();
        Journal journal = open();
        journal.former(entry -> {
            byte[] value = entry.value();
            found.put(
                    entry.table() + "/" + new String(entry.key(), StandardCharsets.UTF_8),
                    new String(value, 8, value.length - 8, StandardCharsets.UTF_8));
        });
        journal.close();
        return found;
    }

    @Test
    void whatIsWrittenIsFoundAndTheNewestOfEachKeyCounts() throws IOException {
        Journal journal = open();
        add(journal, "k1", 5, "five");
        add(journal, "k1", 7, "seven");
        add(journal, "k1", 6, "six came late");
        add(journal, "k2", 1, "first");
        add(journal, "k2", 1, "of equal ones the last");
        journal.add(
                "other",
                bytes("k1"),
                0,
                new Writer().i64(1).text("of another table").toBytes());
        assertThat(journal.written()).isEqualTo(6);
        journal.close();
        assertThat(found())
                .isEqualTo(Map.of("t/k1", "seven", "t/k2", "of equal ones the last", "other/k1", "of another table"));
        assertThat(found()).as("reading takes nothing away").hasSize(3);
    }

    @Test
    void whatHasEndedFallsAway() throws IOException {
        Journal journal = open();
        add(journal, "k1", 1, "an hour", clock.millis() + 3_600_000);
        add(journal, "k2", 1, "for good");
        journal.close();
        clock.advance(Duration.ofMinutes(59));
        assertThat(found()).containsOnlyKeys("t/k1", "t/k2");
        clock.advance(Duration.ofMinutes(1));
        assertThat(found()).containsOnlyKeys("t/k2");
    }

    @Test
    void aKillLosesOnlyTheLastMoment() throws IOException {
        Journal journal = open();
        Path file = folder.resolve("a").resolve("000000001.store");
        long empty = Files.size(file);
        add(journal, "k1", 1, "a second ago");
        Duration late = Await.until("it is on the disk", () -> size(file) > empty);
        assertThat(late).isLessThan(Duration.ofSeconds(5));
        journal.abandon();
        assertThat(found()).containsOnlyKeys("t/k1");
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException gone) {
            return 0;
        }
    }

    /** The file of a journal with two entries. */
    private Path ofTwo() throws IOException {
        Journal journal = open();
        add(journal, "k1", 1, "one");
        add(journal, "k2", 1, "two");
        journal.close();
        return folder.resolve("a").resolve("000000001.store");
    }

    @Test
    void tornAtEveryByteWhatStandsBeforeIsFound() throws IOException {
        Path file = ofTwo();
        byte[] whole = Files.readAllBytes(file);
        int first = 8 + new JournalFile.Entry("t", bytes("k1"), 0, new byte[8 + 3]).size();
        for (int length = 0; length < whole.length; length++) {
            Files.write(file, Arrays.copyOf(whole, length));
            int[] count = {0};
            JournalFile.read(file, entry -> count[0]++);
            assertThat(count[0]).as("%d bytes", length).isEqualTo(length < first ? 0 : 1);
        }
    }

    @Test
    void brokenFilesBreakNothing() throws IOException {
        byte[] whole = Files.readAllBytes(ofTwo());
        Path file = folder.resolve("broken");
        Mutator.of(17).run("store file", 2_000, List.of(whole), input -> {
            try {
                Files.write(file, input);
                JournalFile.read(
                        file,
                        entry -> assertThat(entry.key().length + entry.value().length)
                                .isLessThanOrEqualTo(input.length));
            } catch (IOException failure) {
                throw new AssertionError(failure);
            }
        });
    }

    @Test
    void oldFilesAreRewrittenIntoOne() throws IOException {
        Journal journal = open(2_000);
        journal.former(entry -> {});
        Path files = folder.resolve("a");
        int[] version = {0};
        Await.until("files are rewritten", () -> {
            for (int key = 0; key < 10; key++) {
                version[0]++;
                add(journal, "k" + key, version[0], "value " + version[0]);
            }
            return !Files.exists(files.resolve("000000001.store"));
        });
        journal.close();
        Map<String, String> found = found();
        assertThat(found).hasSize(10);
        assertThat(found.get("t/k9")).isEqualTo("value " + version[0]);
    }

    @Test
    void twoNodesOfOneFolderDoNotMeet() throws IOException {
        Journal one = open();
        Journal other = open();
        add(one, "k1", 1, "one");
        add(other, "k2", 1, "other");
        one.close();
        other.close();
        assertThat(found()).containsOnlyKeys("t/k1");
        assertThat(folder.resolve("a-2")).isDirectory();
    }

    @Test
    void onlyItsOwnerMayRead() throws IOException {
        open().close();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("a"))))
                .isEqualTo("rwx------");
    }

    @Test
    void whatTheDiskDoesNotTakeIsCountedAndLeavesAGap() throws IOException {
        Journal journal = open();
        byte[] large = new byte[JournalFile.ENTRY_LIMIT];
        assertThat(journal.gap()).isFalse();
        journal.add("t", bytes("k"), 0, large);
        assertThat(journal.dropped()).isEqualTo(1);
        assertThat(journal.gap()).isTrue();
        assertThat(journal.gap()).as("told once").isFalse();
        journal.close();
    }

    @Test
    void aFolderThatCannotBeIsToldAtOnce() throws IOException {
        Path file = Files.createFile(folder.resolve("file"));
        assertThatThrownBy(() -> JournalFolder.take(file, "a")).isInstanceOf(IOException.class);
    }
}
