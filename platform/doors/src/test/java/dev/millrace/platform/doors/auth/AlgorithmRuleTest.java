package dev.millrace.platform.doors.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.platform.contracts.Transport;
import dev.millrace.platform.runtime.BadSetting;
import dev.millrace.platform.runtime.Settings;
import dev.millrace.protocols.digest.Algorithm;
import dev.millrace.protocols.wire.Malformed;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Which algorithms are offered to whom. */
class AlgorithmRuleTest {
    private static final String RULES = "MD5;agent=SIPp, MD5;agent=baresip v1, SHA-256+MD5;agent=JsSIP;transport=wss,"
            + "SHA-512-256+SHA-256;domain=Secure.example, SHA-256+MD5";

    record Row(String name, String realm, Transport transport, String agent, List<Algorithm> offered) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Row> rows() {
        return Stream.of(
                // Reads the first challenge only and ends with an error when that is SHA-256.
                new Row("sipp", "example.com", Transport.UDP, "sipp/3.6", List.of(Algorithm.MD5)),
                // Does not register at all when it sees SHA-256 anywhere.
                new Row("baresip 1.0", "example.com", Transport.UDP, "baresip v1.0.0", List.of(Algorithm.MD5)),
                // Answers the last challenge, whatever the order: MD5 is last, which it speaks.
                new Row(
                        "JsSIP",
                        "example.com",
                        Transport.WSS,
                        "JsSIP 3.10.1",
                        List.of(Algorithm.SHA_256, Algorithm.MD5)),
                new Row(
                        "domain in another case",
                        "secure.EXAMPLE",
                        Transport.TLS,
                        "x",
                        List.of(Algorithm.SHA_512_256, Algorithm.SHA_256)),
                new Row("everybody else", "example.com", Transport.TCP, "", List.of(Algorithm.SHA_256, Algorithm.MD5)));
    }

    private static Attempt attempt(Row row) {
        return new Attempt(
                row.realm(), false, "REGISTER", "sip:x", List.of(), "192.0.2.1", row.transport(), row.agent());
    }

    @ParameterizedTest
    @MethodSource("rows")
    void theFirstRuleThatFitsCounts(Row row) {
        AuthConfig config = AuthConfig.of(Settings.of(AuthConfig.ALL, Map.of("auth.algorithms", RULES)));
        assertThat(config.algorithms(attempt(row))).isEqualTo(row.offered());
    }

    @ParameterizedTest
    @MethodSource("rows")
    void withoutRulesEverybodyGetsOneMd5(Row row) {
        AuthConfig config = AuthConfig.of(Settings.defaults());
        assertThat(config.algorithms(attempt(row))).containsExactly(Algorithm.MD5);
    }

    @Test
    void aRuleIsShownAsItIsWritten() {
        String text = "SHA-256+MD5;domain=example.com;transport=tls;transport=wss;agent=jssip";
        assertThat(AlgorithmRule.parse(text)).hasToString(text);
    }

    @Test
    void badRulesStopTheStart() {
        for (String bad : List.of("", "SHA1", "MD5+MD5", "MD5;", "MD5;domain", "MD5;domain=", "MD5;color=red")) {
            assertThatThrownBy(() -> AlgorithmRule.parse(bad)).as(bad).isInstanceOf(Malformed.class);
        }
        assertThatThrownBy(() -> Settings.of(AuthConfig.ALL, Map.of("auth.algorithms", "MD5;transport=pigeon")))
                .isInstanceOf(BadSetting.class);
    }
}
