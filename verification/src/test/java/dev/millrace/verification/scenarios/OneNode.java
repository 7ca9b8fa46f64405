package dev.millrace.verification.scenarios;

import java.util.Objects;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** One node with every role of a stream for all stories of a class; a test method takes it as a {@link NodeProcess}. */
final class OneNode implements BeforeAllCallback, AfterAllCallback, ParameterResolver {
    static final String ROLES = "location,rtsp-edge,rtp-relay,hls-packager";
    private static final ExtensionContext.Namespace SPACE = ExtensionContext.Namespace.create(OneNode.class);

    @Override
    public void beforeAll(ExtensionContext context) {
        Story story = Story.ofClass(context.getRequiredTestClass());
        context.getStore(SPACE).put("story", story);
        context.getStore(SPACE).put("node", NodeProcess.start(story, NodeProcess.Plan.of("one", ROLES)));
    }

    @Override
    public void afterAll(ExtensionContext context) throws Exception {
        Story story = context.getStore(SPACE).remove("story", Story.class);
        if (story != null) {
            story.close();
        }
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == NodeProcess.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return Objects.requireNonNull(context.getStore(SPACE).get("node", NodeProcess.class), "no node");
    }
}
