package dev.millrace.services.location;

import dev.millrace.platform.runtime.Setting;
import dev.millrace.platform.runtime.Settings;
import java.time.Duration;
import java.util.List;

/**
 * The settings of location-service.
 *
 * @param orphan how long a claim is kept whose owner is gone; a publisher's edge moves its lane elsewhere long before
 */
public record LocationConfig(Duration orphan) {
    static final Setting<Duration> ORPHAN = Setting.duration(
            "stream.orphan",
            Duration.ofSeconds(30),
            Duration.ofSeconds(1),
            Duration.ofHours(1),
            "A stream whose relay is gone is forgotten after so long");

    /** Every setting of this module. */
    public static final List<Setting<?>> ALL = List.of(ORPHAN);

    /** Reads the settings. */
    public static LocationConfig of(Settings settings) {
        return new LocationConfig(settings.get(ORPHAN));
    }
}
