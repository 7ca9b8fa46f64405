package dev.millrace.platform.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Text kept beside the tests in {@code src/test/resources/golden}: a change of it is a change that a reviewer sees.
 * {@code -Dgolden.update=true} writes the files anew.
 */
public final class Golden {
    private static final Path FOLDER = Path.of("src", "test", "resources", "golden");

    private Golden() {}

    /**
     * Compares with {@code src/test/resources/golden/<file>}; line ends and the last line's end do not count.
     *
     * @param testClass a class of the module that owns the file
     */
    public static void check(Class<?> testClass, String file, String actual) {
        String now = unified(actual);
        if (Boolean.getBoolean("golden.update")) {
            write(file, now);
            return;
        }
        String kept = read(testClass, file);
        if (!kept.equals(now)) {
            throw new AssertionError("golden/" + file + " differs in line " + firstDifference(kept, now)
                    + "; -Dgolden.update=true accepts the new text\n--- kept\n" + kept + "--- now\n" + now);
        }
    }

    /** Compares bytes in the form of {@link Hex#show}. */
    public static void check(Class<?> testClass, String file, byte[] actual) {
        check(testClass, file, Hex.show(actual));
    }

    private static String unified(String text) {
        String lines = text.replace("\r\n", "\n");
        return lines.endsWith("\n") ? lines : lines + "\n";
    }

    private static int firstDifference(String kept, String now) {
        String[] left = kept.split("\n", -1);
        String[] right = now.split("\n", -1);
        int line = 0;
        while (line < left.length && line < right.length && left[line].equals(right[line])) {
            line++;
        }
        return line + 1;
    }

    private static String read(Class<?> testClass, String file) {
        try (InputStream kept = testClass.getResourceAsStream("/golden/" + file)) {
            if (kept == null) {
                throw new AssertionError("golden/" + file + " is missing; -Dgolden.update=true makes it");
            }
            return unified(new String(kept.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static void write(String file, String text) {
        // Maven runs the tests in the module's folder.
        Path path = FOLDER.resolve(file);
        try {
            Files.createDirectories(path.getParent());
            Files.writeString(path, text);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
