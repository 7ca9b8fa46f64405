package dev.millrace.verification.scenarios;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * The frame of one story: its folder under {@code target/scenarios}, and everything that must end with it, last opened
 * first. A test method takes it as a parameter.
 */
public final class Story {
    private final Path folder;
    private final Deque<AutoCloseable> open = new ArrayDeque<>();

    private Story(Path folder) {
        this.folder = folder;
    }

    /** A story around all tests of a class, for what they share; the class closes it. */
    public static Story ofClass(Class<?> tests) {
        return new Story(Frame.empty(
                Path.of("target", "scenarios").resolve(tests.getSimpleName()).resolve("shared")));
    }

    /** Where logs and pictures are kept. */
    public Path folder() {
        return folder;
    }

    /** Closes it at the story's end. */
    public <T extends AutoCloseable> T use(T resource) {
        open.push(resource);
        return resource;
    }

    public void close() throws Exception {
        while (!open.isEmpty()) {
            open.pop().close();
        }
    }

    /** Gives each test method its story. */
    public static final class Frame implements BeforeEachCallback, AfterEachCallback, ParameterResolver {
        private static final ExtensionContext.Namespace SPACE = ExtensionContext.Namespace.create(Frame.class);

        @Override
        public void beforeEach(ExtensionContext context) {
            String name = context.getRequiredTestClass().getSimpleName() + "/"
                    + context.getRequiredTestMethod().getName() + "-"
                    + context.getDisplayName().replaceAll("[^A-Za-z0-9]+", "-");
            context.getStore(SPACE)
                    .put("story", new Story(empty(Path.of("target", "scenarios").resolve(name))));
        }

        @Override
        public void afterEach(ExtensionContext context) throws Exception {
            Story story = context.getStore(SPACE).remove("story", Story.class);
            if (story != null) {
                story.close();
            }
        }

        @Override
        public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
            return parameter.getParameter().getType() == Story.class;
        }

        @Override
        public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
            return Objects.requireNonNull(context.getStore(SPACE).get("story", Story.class), "no story");
        }

        private static Path empty(Path folder) {
            try {
                if (Files.exists(folder)) {
                    try (Stream<Path> old = Files.walk(folder)) {
                        for (Path path : old.sorted(Comparator.reverseOrder()).toList()) {
                            Files.delete(path);
                        }
                    }
                }
                return Files.createDirectories(folder).toAbsolutePath();
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
        }
    }
}
