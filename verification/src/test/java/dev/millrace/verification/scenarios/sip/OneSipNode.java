package dev.millrace.verification.scenarios.sip;

import dev.millrace.verification.scenarios.Story;
import java.util.Objects;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** One node with the SIP roles for all stories that need no other; a test method takes it as a {@link SipNode}. */
final class OneSipNode implements BeforeAllCallback, ParameterResolver {
    @Override
    public void beforeAll(ExtensionContext context) {
        running(context);
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == SipNode.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return running(context).node;
    }

    private static Running running(ExtensionContext context) {
        ExtensionContext.Store store = context.getRoot().getStore(ExtensionContext.Namespace.create(OneSipNode.class));
        return Objects.requireNonNull(store.computeIfAbsent(OneSipNode.class, _ -> Running.start(), Running.class));
    }

    /** The node and its story; JUnit closes it with the context that keeps it. */
    private record Running(Story story, SipNode node) implements AutoCloseable {
        static Running start() {
            Story story = Story.ofClass(OneSipNode.class);
            return new Running(story, SipNode.start(story, SipNode.plan("sip")));
        }

        @Override
        public void close() throws Exception {
            story.close();
        }
    }
}
