package dev.millrace.console;

import dev.millrace.platform.runtime.Setting;
import dev.millrace.platform.runtime.Settings;
import java.util.List;

/**
 * The settings of the page.
 *
 * @param listeners open pages that are told of changes; the others ask again by themselves
 */
public record ConsoleConfig(int listeners) {
    static final Setting<Integer> LISTENERS = Setting.number(
            "console.listeners", 256, 0, 10_000, "pages", "Open pages that a node tells of changes; others poll");

    /** Every setting of this module. */
    public static final List<Setting<?>> ALL = List.of(LISTENERS);

    /** Reads the settings. */
    public static ConsoleConfig of(Settings settings) {
        return new ConsoleConfig(settings.get(LISTENERS));
    }
}
