package dev.millrace.verification.scenarios.sip;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** The files that lie beside this package: configurations of foreign servers, and scenarios too long for a builder. */
final class Resources {
    private Resources() {}

    static String text(String name) {
        try (InputStream in = Resources.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new AssertionError("no resource " + name);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** Copies it to the folder, with the words between two @ replaced. */
    static Path copy(String name, Path folder, Map<String, String> replaced) {
        return copy(name, name, folder, replaced);
    }

    /** The same under another name. */
    static Path copy(String as, String name, Path folder, Map<String, String> replaced) {
        String text = text(name);
        for (Map.Entry<String, String> word : replaced.entrySet()) {
            text = text.replace("@" + word.getKey() + "@", word.getValue());
        }
        return write(folder.resolve(as), text);
    }

    static Path write(Path file, String text) {
        try {
            return Files.writeString(file, text);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** The file as it is, a character for each byte. */
    static String bytes(Path file) {
        try {
            return Files.exists(file) ? Files.readString(file, StandardCharsets.ISO_8859_1) : "";
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    static String read(Path file) {
        try {
            return Files.exists(file) ? Files.readString(file) : "";
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
