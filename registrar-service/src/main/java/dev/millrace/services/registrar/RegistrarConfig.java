package dev.millrace.services.registrar;

import dev.millrace.platform.runtime.Setting;
import dev.millrace.platform.runtime.Settings;
import dev.millrace.services.registrar.core.Grants;
import java.time.Duration;
import java.util.List;

/**
 * The settings of registrar-service.
 *
 * @param auth whether a REGISTER has to prove whose it is
 * @param grants how long a binding may live
 * @param contacts bindings of one address of record, at most
 * @param flowTimer silence after which a client with several flows should take one for dead (RFC 5626 section 4.4)
 * @param serviceRoute whether a registered phone is told to send its requests through the front (RFC 3608)
 */
public record RegistrarConfig(boolean auth, Grants grants, int contacts, Duration flowTimer, boolean serviceRoute) {
    static final Setting<Boolean> AUTH = Setting.flag(
            "registrar.auth",
            true,
            "Whether a REGISTER is challenged; without it anybody registers any address of the served domains");
    static final Setting<Duration> EXPIRES_MIN = Setting.duration(
            "registrar.expires.min",
            Duration.ofSeconds(60),
            Duration.ofSeconds(1),
            Duration.ofHours(24),
            "Shortest life of a binding; a request below it and below one hour is answered 423");
    static final Setting<Duration> EXPIRES_MAX = Setting.duration(
            "registrar.expires.max",
            Duration.ofHours(2),
            Duration.ofSeconds(1),
            Duration.ofHours(240),
            "Longest life of a binding; a longer one is shortened to it");
    static final Setting<Duration> EXPIRES_DEFAULT = Setting.duration(
            "registrar.expires.default",
            Duration.ofHours(1),
            Duration.ofSeconds(1),
            Duration.ofHours(240),
            "Life of a binding that asks for none");
    static final Setting<Integer> CONTACTS =
            Setting.number("registrar.contacts", 10, 1, 100, "bindings", "Bindings of one address of record");
    static final Setting<Duration> FLOW_TIMER = Setting.duration(
            "registrar.flow-timer",
            Duration.ofSeconds(90),
            Duration.ofSeconds(10),
            Duration.ofHours(1),
            "Silence after which a client with Outbound should take its flow for dead: Flow-Timer");
    static final Setting<Boolean> SERVICE_ROUTE = Setting.flag(
            "registrar.service-route",
            false,
            "Whether the answer names the front as Service-Route; most phones send there anyway");

    /** Every setting of this module. */
    public static final List<Setting<?>> ALL =
            List.of(AUTH, EXPIRES_MIN, EXPIRES_MAX, EXPIRES_DEFAULT, CONTACTS, FLOW_TIMER, SERVICE_ROUTE);

    /** Reads the settings. */
    public static RegistrarConfig of(Settings settings) {
        return new RegistrarConfig(
                settings.get(AUTH),
                new Grants(
                        settings.get(EXPIRES_MIN).toSeconds(),
                        settings.get(EXPIRES_MAX).toSeconds(),
                        settings.get(EXPIRES_DEFAULT).toSeconds()),
                settings.get(CONTACTS),
                settings.get(FLOW_TIMER),
                settings.get(SERVICE_ROUTE));
    }
}
