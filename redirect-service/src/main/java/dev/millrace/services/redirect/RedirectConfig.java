package dev.millrace.services.redirect;

import dev.millrace.platform.runtime.Setting;
import dev.millrace.platform.runtime.Settings;
import java.util.List;

/**
 * The settings of redirect-service. Which domains it serves: {@code sip.redirect-domains}, a setting of the door.
 *
 * @param auth whether one has to be a user to be told where another one is
 */
public record RedirectConfig(boolean auth) {
    static final Setting<Boolean> AUTH = Setting.flag(
            "redirect.auth",
            true,
            "Whether a request is challenged before it is told where somebody is; peers of sip.peers never are");

    /** Every setting of this module. */
    public static final List<Setting<?>> ALL = List.of(AUTH);

    /** Reads the settings. */
    public static RedirectConfig of(Settings settings) {
        return new RedirectConfig(settings.get(AUTH));
    }
}
