package dev.millrace.platform.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.platform.contracts.Role;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RoleMainTest {
    private static final RoleModule RELAY = new Asked(Role.RTP_RELAY);
    private static final Setting<Integer> OWN = Setting.port("relay.own", 7000, "A module's own port");

    private static Settings settings(Map<String, String> environment, String... arguments) {
        return RoleMain.settings(RELAY, arguments, environment, List.of(RuntimeConfig.ROLES, OWN));
    }

    @Test
    void oneRoleAndTheModulesOwnSettings() {
        Settings settings = settings(Map.of("MILLRACE_RELAY_OWN", "7001", "PATH", "/bin"));
        assertThat(settings.get(OWN)).isEqualTo(7001);
        assertThat(settings.get(RuntimeConfig.ROLES)).containsExactly(Role.RTP_RELAY);
    }

    @Test
    void anArgumentIsRefusedInOneSentence() {
        assertThatThrownBy(() -> settings(Map.of(), "--rtsp-port=1"))
                .isInstanceOf(BadSetting.class)
                .hasMessageContaining("--rtsp-port=1");
    }

    @Test
    void anUnknownVariableIsRefused() {
        assertThatThrownBy(() -> settings(Map.of("MILLRACE_RTSP_PORT", "1"))).isInstanceOf(BadSetting.class);
    }
}
