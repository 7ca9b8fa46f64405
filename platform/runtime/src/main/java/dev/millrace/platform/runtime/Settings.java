package dev.millrace.platform.runtime;

import dev.millrace.protocols.wire.Malformed;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * The values of all settings of one process: defaults, then the YAML file, then the environment {@code MILLRACE_*}, then
 * flags; the later wins. Every value is read at once, so that a bad one stops the start. Immutable.
 */
public final class Settings {
    /** Start of the environment variables that are settings. */
    public static final String VARIABLE_PREFIX = "MILLRACE_";

    /** Variables with the prefix that belong to the launcher and to the build. */
    static final Set<String> NOT_SETTINGS = Set.of(
            "MILLRACE_HOME",
            "MILLRACE_JAVA_HOME",
            "MILLRACE_JAVA_OPTS",
            "MILLRACE_CONFIG",
            "MILLRACE_REQUIRE_TOOLS",
            "MILLRACE_CORPUS");

    /** Characters of a settings file. */
    private static final int FILE_LIMIT = 1 << 20;

    /** Characters of a bad value that the complaint repeats. */
    private static final int VALUE_SHOWN = 60;

    private final Map<String, Object> values;

    /** Settings of all modules by key, for the few that the runtime must know of others. */
    private final Map<String, Setting<?>> known;

    private Settings(Map<String, Object> values, Map<String, Setting<?>> known) {
        this.values = Map.copyOf(values);
        this.known = Map.copyOf(known);
    }

    /** Every setting at its default. */
    public static Settings defaults() {
        return new Settings(Map.of(), Map.of());
    }

    /** Flags alone, for tests and tools. */
    public static Settings of(List<Setting<?>> known, Map<String, String> flags) {
        return load(known, null, Map.of(), flags);
    }

    /**
     * Reads all sources; {@link BadSetting} names the first key or value that is wrong.
     *
     * @param known every setting of the process; two with the same key are a bug
     * @param yamlFile nested mappings or dotted keys; null where there is none
     * @param environment of which only {@code MILLRACE_*} counts
     * @param flags by key, where dots, dashes and underscores are the same
     */
    public static Settings load(
            List<Setting<?>> known,
            @Nullable Path yamlFile,
            Map<String, String> environment,
            Map<String, String> flags) {
        Loading loading = new Loading(known);
        if (yamlFile != null) {
            yaml(yamlFile).forEach((key, value) -> loading.put(key, value, "in " + yamlFile.getFileName()));
        }
        new TreeMap<>(environment).forEach((name, value) -> {
            if (name.startsWith(VARIABLE_PREFIX) && !NOT_SETTINGS.contains(name)) {
                loading.put(name.substring(VARIABLE_PREFIX.length()), value, "as the variable " + name);
            }
        });
        flags.forEach((key, value) -> loading.put(key, value, "as a flag"));
        return new Settings(loading.values, loading.byKey());
    }

    /** The value, or the default where none was given. */
    @SuppressWarnings("unchecked")
    public <T> T get(Setting<T> setting) {
        Object value = values.get(setting.key());
        return value == null ? setting.defaultValue() : (T) value;
    }

    /** Whether the process was given a value. */
    public boolean given(Setting<?> setting) {
        return values.containsKey(setting.key());
    }

    /** The port that another module's setting names; 0 when this program has no such module. */
    int port(String key) {
        Setting<?> setting = known.get(key);
        Object value = setting == null ? 0 : values.getOrDefault(key, setting.defaultValue());
        return value instanceof Integer port ? port : 0;
    }

    /** The same settings with one value put in place of what was there. */
    public <T> Settings with(Setting<T> setting, T value) {
        Map<String, Object> changed = new HashMap<>(values);
        changed.put(setting.key(), value);
        return new Settings(changed, known);
    }

    /** The table of settings as Markdown, sorted by key. */
    public static String table(List<Setting<?>> known) {
        return known.stream()
                .sorted((left, right) -> left.key().compareTo(right.key()))
                .map(setting -> "| `%s` | %s | %s | %s | %s |\n"
                        .formatted(
                                setting.key(),
                                setting.shownDefault().isEmpty() ? "" : "`" + setting.shownDefault() + "`",
                                setting.unit(),
                                setting.range(),
                                setting.text()))
                .collect(
                        Collectors.joining("", "| key | default | unit | range | what |\n|---|---|---|---|---|\n", ""));
    }

    private static Map<String, String> yaml(Path file) {
        LoadSettings limits = LoadSettings.builder()
                .setLabel(String.valueOf(file.getFileName()))
                .setAllowDuplicateKeys(false)
                .setCodePointLimit(FILE_LIMIT)
                .build();
        Map<String, String> flat = new TreeMap<>();
        try (InputStream bytes = Files.newInputStream(file)) {
            Object document = new Load(limits).loadFromInputStream(bytes);
            if (document != null) {
                flatten("", document, flat, file);
            }
        } catch (IOException unreadable) {
            throw new BadSetting(
                    "config", "The settings file " + file + " cannot be read: " + unreadable.getMessage() + ".");
        } catch (YamlEngineException wrong) {
            String first =
                    String.valueOf(wrong.getMessage()).lines().findFirst().orElse("");
            throw new BadSetting("config", "The settings file " + file + " is not valid YAML: " + first + ".");
        }
        return flat;
    }

    private static void flatten(String prefix, Object value, Map<String, String> flat, Path file) {
        switch (value) {
            case Map<?, ?> nested ->
                nested.forEach((key, inner) -> flatten(
                        prefix.isEmpty() ? String.valueOf(key) : prefix + "." + key,
                        inner == null ? "" : inner,
                        flat,
                        file));
            case List<?> list ->
                flat.put(prefix, list.stream().map(String::valueOf).collect(Collectors.joining(",")));
            default -> {
                if (prefix.isEmpty()) {
                    throw new BadSetting("config", "The settings file " + file + " must hold keys with values.");
                }
                flat.put(prefix, String.valueOf(value));
            }
        }
    }

    /** One pass over the sources. */
    private static final class Loading {
        private final Map<String, Setting<?>> known = new HashMap<>();
        private final Map<String, Object> values = new HashMap<>();

        Loading(List<Setting<?>> settings) {
            for (Setting<?> setting : settings) {
                Setting<?> before = known.put(Setting.normal(setting.key()), setting);
                if (before != null && before != setting) {
                    throw new IllegalArgumentException("two settings are called " + setting.key());
                }
            }
        }

        Map<String, Setting<?>> byKey() {
            Map<String, Setting<?>> byKey = new HashMap<>();
            known.values().forEach(setting -> byKey.put(setting.key(), setting));
            return byKey;
        }

        void put(String key, String value, String where) {
            Setting<?> setting = known.get(Setting.normal(key));
            if (setting == null) {
                throw new BadSetting(
                        key, "There is no setting " + quoted(key) + " (given " + where + ")" + nearest(key) + ".");
            }
            try {
                values.put(setting.key(), setting.parser().parse(value));
            } catch (Malformed bad) {
                String shown = setting.secret() ? "the given value" : quoted(value);
                throw new BadSetting(
                        setting.key(),
                        "The setting " + setting.key() + " (given " + where + ") cannot be " + shown + ": allowed is "
                                + setting.range() + (setting.unit().isEmpty() ? "" : " (" + setting.unit() + ")")
                                + ".");
            }
        }

        /** The known key with the same last part, if there is one: most mistakes are in the first part. */
        private String nearest(String key) {
            String wanted = Setting.normal(key);
            String last = wanted.substring(wanted.lastIndexOf('_') + 1);
            return known.values().stream()
                    .map(Setting::key)
                    .filter(candidate -> candidate.toLowerCase(Locale.ROOT).endsWith("." + last))
                    .sorted()
                    .findFirst()
                    .map(candidate -> "; is " + candidate + " meant?")
                    .orElse("");
        }

        private static String quoted(String outside) {
            String shown = outside.length() > VALUE_SHOWN ? outside.substring(0, VALUE_SHOWN) + "..." : outside;
            return "\"" + shown.replaceAll("\\p{Cntrl}", "?") + "\"";
        }
    }
}
