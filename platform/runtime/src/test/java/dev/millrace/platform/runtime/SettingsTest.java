package dev.millrace.platform.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.millrace.platform.contracts.Role;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SettingsTest {
    private static final Setting<Integer> PORT = Setting.port("rtsp.port", 8554, "RTSP");
    private static final Setting<Duration> IDLE = Setting.duration(
            "rtsp.idle-time", Duration.ofSeconds(60), Duration.ofMillis(100), Duration.ofHours(1), "Silence");
    private static final Setting<Boolean> OPEN = Setting.flag("rtsp.open", true, "Open");
    private static final Setting<List<String>> NAMES = Setting.list("rtsp.names", List.of("a", "b"), "Names");
    private static final Setting<Long> RATE = Setting.quantity("rtsp.rate", 5, 1, 10_000_000_000L, "bit/s", "Rate");
    private static final Setting<String> TOKEN = Setting.of(
            "rtsp.token", value -> Setting.name("", "", 4, "").parser().parse(value), "", "", "short", "Token");
    private static final List<Setting<?>> OWN = List.of(PORT, IDLE, OPEN, NAMES, RATE, TOKEN);

    private static List<Setting<?>> all() {
        List<Setting<?>> all = new ArrayList<>(RuntimeConfig.ALL);
        all.addAll(OWN);
        return all;
    }

    @TempDir
    Path folder;

    @Test
    void everySourceWinsOverTheOneBefore() throws IOException {
        Path file = folder.resolve("millrace.yaml");
        Files.writeString(file, "rtsp:\n  port: 1\n  idle-time: 5m\n  names: [x, y]\nrtsp.open: false\n");
        Settings settings = Settings.load(
                all(),
                file,
                Map.of("MILLRACE_RTSP_PORT", "2", "MILLRACE_RTSP_RATE", "9_000_000_000", "PATH", "/bin"),
                Map.of("rtsp-port", "3"));
        assertThat(settings.get(PORT)).isEqualTo(3);
        assertThat(settings.get(IDLE)).isEqualTo(Duration.ofMinutes(5));
        assertThat(settings.get(OPEN)).isFalse();
        assertThat(settings.get(NAMES)).containsExactly("x", "y");
        assertThat(settings.get(RATE)).isEqualTo(9_000_000_000L);
        assertThat(Settings.defaults().get(PORT)).isEqualTo(8554);
        assertThat(settings.with(PORT, 4).get(PORT)).isEqualTo(4);
    }

    record Bad(String name, Map<String, String> environment, Map<String, String> flags, String key, String... says) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Bad> bad() {
        Map<String, String> none = Map.of();
        return Stream.of(
                new Bad("unknown flag", none, Map.of("rtsp.prot", "1"), "rtsp.prot", "rtsp.prot", "as a flag"),
                new Bad(
                        "unknown variable",
                        Map.of("MILLRACE_FOO_PORT", "1"),
                        none,
                        "FOO_PORT",
                        "MILLRACE_FOO_PORT",
                        "is admin.port meant?"),
                new Bad(
                        "port beyond its range",
                        none,
                        Map.of("rtsp.port", "65536"),
                        "rtsp.port",
                        "\"65536\"",
                        "0 to 65535"),
                new Bad("port that is no number", none, Map.of("rtsp.port", "eighty"), "rtsp.port", "\"eighty\""),
                new Bad(
                        "number beyond 64 bits",
                        none,
                        Map.of("rtsp.rate", "99999999999999999999"),
                        "rtsp.rate",
                        "1 to"),
                new Bad("time too long", none, Map.of("rtsp.idle-time", "2h"), "rtsp.idle-time", "100ms to 3600s"),
                new Bad("time of no unit", none, Map.of("rtsp.idle-time", "2d"), "rtsp.idle-time", "\"2d\""),
                new Bad("flag that is neither", none, Map.of("rtsp.open", "maybe"), "rtsp.open", "true or false"),
                new Bad("control characters", none, Map.of("rtsp.open", "\u001b[31m"), "rtsp.open", "\"?[31m\""),
                new Bad("unknown role", none, Map.of("roles", "location,juggler"), "roles", "juggler", "hls-packager"),
                new Bad("address without port", none, Map.of("join", "10.0.0.1"), "join", "host:port"),
                new Bad(
                        "secret too short",
                        none,
                        Map.of("cluster.secret", "hunter2"),
                        "cluster.secret",
                        "at least 16",
                        "the given value"),
                new Bad("node name with a space", none, Map.of("node.id", "a b"), "node.id", "letters"),
                new Bad(
                        "join without secret",
                        none,
                        Map.of("join", "10.0.0.1:5701"),
                        "cluster.secret",
                        "MILLRACE_CLUSTER_SECRET",
                        "join"),
                new Bad("cluster port everywhere", none, Map.of("cluster.host", "0.0.0.0"), "cluster.host", "0.0.0.0"),
                new Bad("admin beyond loopback", none, Map.of("admin.host", "192.0.2.7"), "admin.token", "admin.host"));
    }

    @ParameterizedTest
    @MethodSource("bad")
    void aBadSettingIsASentenceThatNamesIt(Bad row) {
        BadSetting bad = catchThrowableOfType(
                BadSetting.class, () -> RuntimeConfig.of(Settings.load(all(), null, row.environment(), row.flags())));
        assertThat(bad.key()).isEqualTo(row.key());
        assertThat(bad).hasMessageContainingAll(row.says());
        assertThat(bad.getMessage()).endsWith(".").doesNotContain("hunter2");
    }

    record File(String name, String text, String says) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<File> files() {
        return Stream.of(
                new File("not YAML", "a: [", "YAML"),
                new File("no keys", "just text", "keys with values"),
                new File("unknown key", "rtsp:\n  prot: 1", "rtsp.prot"),
                new File("key twice", "rtsp.port: 1\nrtsp.port: 2", "YAML"));
    }

    @ParameterizedTest
    @MethodSource("files")
    void aBadFileIsASentence(File row) throws IOException {
        Path file = folder.resolve("bad.yaml");
        Files.writeString(file, row.text());
        assertThat(catchThrowableOfType(BadSetting.class, () -> Settings.load(all(), file, Map.of(), Map.of())))
                .hasMessageContaining(row.says());
    }

    @Test
    void aMissingFileIsASentence() {
        assertThat(catchThrowableOfType(
                        BadSetting.class, () -> Settings.load(all(), folder.resolve("none.yaml"), Map.of(), Map.of())))
                .hasMessageContaining("cannot be read");
    }

    @Test
    void theVariablesOfTheLauncherAreNoSettings() {
        Settings settings =
                Settings.load(all(), null, Map.of("MILLRACE_REQUIRE_TOOLS", "1", "MILLRACE_HOME", "/x"), Map.of());
        assertThat(settings.given(PORT)).isFalse();
    }

    @Test
    void rolesAreReadAndOthersThanTheProgramsRefused() {
        Settings settings = Settings.of(all(), Map.of("roles", "location, rtp-relay"));
        assertThat(RuntimeConfig.of(settings).roles()).containsExactlyInAnyOrder(Role.LOCATION, Role.RTP_RELAY);
        assertThat(catchThrowableOfType(
                        BadSetting.class, () -> RuntimeConfig.of(settings, java.util.Set.of(Role.LOCATION))))
                .hasMessageContaining("rtp-relay");
    }

    @Test
    void addressesKnowIpv6() {
        assertThat(HostPort.parse("[::1]:5701")).isEqualTo(new HostPort("::1", 5701));
        assertThat(HostPort.parse("[::1]:5701")).hasToString("[::1]:5701");
        assertThat(HostPort.parse("node-a:5701")).hasToString("node-a:5701");
    }

    @Test
    void everySettingOfTheRuntimeStandsInTheReadme() throws IOException {
        String readme = Files.readString(Path.of("README.md"));
        for (Setting<?> setting : RuntimeConfig.ALL) {
            assertThat(readme).contains("| `" + setting.key() + "` |");
        }
        assertThat(readme).contains(Settings.table(RuntimeConfig.ALL));
    }
}
