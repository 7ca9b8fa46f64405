package dev.millrace.platform.doors.sip.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.platform.runtime.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class TransportConfigTest {
    @Test
    void everySettingStandsInTheReadme() throws IOException {
        assertThat(Files.readString(Path.of("README.md"))).contains(Settings.table(TransportConfig.ALL));
    }
}
