package dev.millrace.platform.runtime;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The start of a process that has one role and nothing else, configured by the environment; the whole of a service's
 * {@code Main}. The distribution does the same with {@code --roles}. On SIGTERM the node drains and stops.
 */
public final class RoleMain {
    /** Exit code of a process that could not start although its settings are good. */
    private static final int NOT_STARTED = 1;

    private RoleMain() {}

    /**
     * Starts the node; returns at once, the node's threads keep the process alive. A failure is one sentence and the exit
     * code 2 (bad setting) or 1.
     *
     * @param arguments of the process; there must be none, because a flag that does nothing would be a trap
     * @param settings those of the modules beside the runtime's own
     */
    @SafeVarargs
    public static void run(RoleModule role, String[] arguments, List<Setting<?>>... settings) {
        List<Setting<?>> known = new ArrayList<>(RuntimeConfig.ALL);
        for (List<Setting<?>> module : settings) {
            known.addAll(module);
        }
        try {
            Node.start(settings(role, arguments, System.getenv(), known), List.of(role))
                    .onSuccess(Node::stopWithProcess)
                    .onFailure(RoleMain::stop);
        } catch (BadSetting bad) {
            stop(bad);
        }
    }

    static Settings settings(
            RoleModule role, String[] arguments, Map<String, String> environment, List<Setting<?>> known) {
        if (arguments.length > 0) {
            throw new BadSetting(
                    arguments[0],
                    "The argument " + arguments[0] + " is not known: this process reads variables, "
                            + Settings.VARIABLE_PREFIX + "RTSP_PORT=8554 for rtsp.port.");
        }
        return Settings.load(
                known, null, environment, Map.of("roles", role.role().text()));
    }

    private static void stop(Throwable why) {
        System.err.println(why.getMessage());
        System.exit(why instanceof BadSetting ? BadSetting.EXIT_CODE : NOT_STARTED);
    }
}
