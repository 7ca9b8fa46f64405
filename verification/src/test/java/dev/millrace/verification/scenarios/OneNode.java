package dev.millrace.verification.scenarios;

import java.util.Objects;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Store;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * One node with every role of a stream; a test method takes it as a {@link NodeProcess}. Registered by its class it is the
 * same node for all such stories, which differ in their paths; {@link Own} is one for a class that would disturb others.
 */
final class OneNode implements BeforeAllCallback, ParameterResolver {
    static final String ROLES = "location,rtsp-edge,rtp-relay,hls-packager";

    @Override
    public void beforeAll(ExtensionContext context) {
        Running.of(context.getRoot(), OneNode.class);
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == NodeProcess.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return Running.of(context.getRoot(), OneNode.class).node;
    }

    /** A node for the stories of one class. */
    static final class Own implements BeforeAllCallback, ParameterResolver {
        @Override
        public void beforeAll(ExtensionContext context) {
            Running.of(context, context.getRequiredTestClass());
        }

        @Override
        public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
            return parameter.getParameter().getType() == NodeProcess.class;
        }

        @Override
        public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
            ExtensionContext ofClass = context.getParent().orElseThrow();
            return Running.of(ofClass, context.getRequiredTestClass()).node;
        }
    }

    /** The node and its story; JUnit closes it with the context that keeps it. */
    private record Running(Story story, NodeProcess node) implements AutoCloseable {
        static Running of(ExtensionContext keeper, Class<?> name) {
            Store store = keeper.getStore(ExtensionContext.Namespace.create(OneNode.class));
            return Objects.requireNonNull(store.computeIfAbsent(name, key -> start(name), Running.class));
        }

        private static Running start(Class<?> name) {
            Story story = Story.ofClass(name);
            return new Running(
                    story,
                    NodeProcess.start(story, NodeProcess.Plan.of("one", ROLES).jvm(Footprint.JVM)));
        }

        @Override
        public void close() throws Exception {
            story.close();
        }
    }
}
