package dev.millrace.standalone;

import dev.millrace.platform.runtime.Setting;
import dev.millrace.platform.runtime.Settings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/**
 * The settings as flags: {@code --rtsp-port 8555}, {@code --rtsp.port=8555} and {@code --set rtsp.port=8555} are the same, and
 * {@code --config} names the settings file.
 */
final class Flags {
    private static final String CONFIG = "--config";
    private static final String SET = "--set";

    /** Read without being named, where it lies in the working folder. */
    private static final Path FILE = Path.of("millrace.yaml");

    /** Names the settings file, for where there is no command line. */
    private static final String FILE_VARIABLE = "MILLRACE_CONFIG";

    private Flags() {}

    /**
     * Gives a command a flag for every setting of the distribution.
     *
     * @param shown which of them its help lists
     */
    static void addTo(CommandSpec command, Predicate<Setting<?>> shown) {
        command.addOption(OptionSpec.builder(CONFIG)
                .type(Path.class)
                .paramLabel("<file>")
                .description("Settings file (YAML); default: $" + FILE_VARIABLE + ", or " + FILE
                        + " in the working folder when there is one")
                .build());
        command.addOption(OptionSpec.builder(SET)
                .type(Map.class)
                .auxiliaryTypes(String.class, String.class)
                .paramLabel("<key=value>")
                .description("Any setting; may be repeated")
                .build());
        for (Setting<?> setting : Distribution.settings()) {
            command.addOption(OptionSpec.builder(names(setting))
                    .type(String.class)
                    .paramLabel(setting.unit().isEmpty() ? "<value>" : "<" + setting.unit() + ">")
                    .description(description(setting))
                    .hidden(!shown.test(setting))
                    .build());
        }
    }

    /** All sources together; {@link dev.millrace.platform.runtime.BadSetting} names the first that is wrong. */
    static Settings settings(ParseResult given) {
        Map<String, String> flags = new LinkedHashMap<>(given.matchedOptionValue(SET, Map.of()));
        for (Setting<?> setting : Distribution.settings()) {
            OptionSpec option = given.matchedOption(names(setting)[0]);
            if (option != null) {
                String value = option.getValue();
                flags.put(setting.key(), value);
            }
        }
        Path named = given.matchedOptionValue(CONFIG, (Path) null);
        return Settings.load(Distribution.settings(), file(named, System.getenv()), System.getenv(), flags);
    }

    private static @Nullable Path file(@Nullable Path named, Map<String, String> environment) {
        if (named != null) {
            return named;
        }
        String variable = environment.get(FILE_VARIABLE);
        if (variable != null && !variable.isEmpty()) {
            return Path.of(variable);
        }
        return Files.exists(FILE) ? FILE : null;
    }

    private static String[] names(Setting<?> setting) {
        String dashed = "--" + setting.key().replace('.', '-');
        String dotted = "--" + setting.key();
        return dashed.equals(dotted) ? new String[] {dashed} : new String[] {dashed, dotted};
    }

    private static String[] description(Setting<?> setting) {
        String preset = setting.shownDefault();
        String text = setting.text() + " (" + setting.range() + (preset.isEmpty() ? "" : "; default " + preset) + ")";
        return new String[] {text.replace("%", "%%")};
    }
}
