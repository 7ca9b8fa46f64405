package dev.millrace.standalone;

import dev.millrace.platform.contracts.StreamPath;
import dev.millrace.platform.runtime.Setting;
import dev.millrace.platform.runtime.Settings;
import dev.millrace.protocols.wire.Malformed;
import java.util.List;
import java.util.Locale;

/**
 * The settings of the process itself.
 *
 * @param logLevel of our own loggers; what libraries say is logged from WARN on
 * @param demoPath where {@code millrace demo} publishes its sample
 */
record StandaloneConfig(String logLevel, StreamPath demoPath) {
    private static final List<String> LEVELS = List.of("trace", "debug", "info", "warn", "error");

    static final Setting<String> LOG_LEVEL = Setting.of(
            "log.level", StandaloneConfig::level, "info", "", String.join(", ", LEVELS), "What Millrace logs at least");
    static final Setting<StreamPath> DEMO_PATH = Setting.of(
            "demo.path",
            StreamPath::parse,
            StreamPath.parse("demo"),
            "",
            "a stream path",
            "Path of the sample stream of `millrace demo`");

    static final List<Setting<?>> ALL = List.of(LOG_LEVEL, DEMO_PATH);

    static StandaloneConfig of(Settings settings) {
        return new StandaloneConfig(settings.get(LOG_LEVEL), settings.get(DEMO_PATH));
    }

    private static String level(String text) {
        String level = text.strip().toLowerCase(Locale.ROOT);
        if (!LEVELS.contains(level)) {
            throw new Malformed("setting", String.join(", ", LEVELS));
        }
        return level;
    }
}
