package dev.millrace.services.location.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.protocols.wire.Malformed;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class UserLineTest {
    record Row(String name, String line, String address, String password) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Row> rows() {
        return Stream.of(
                new Row("plain", "alice@example.com,secret", "sip:alice@example.com", "secret"),
                new Row("with scheme", "sip:alice@example.com,secret", "sip:alice@example.com", "secret"),
                new Row("domain in capitals", "Alice@EXAMPLE.com,secret", "sip:Alice@example.com", "secret"),
                new Row("blanks", " alice@example.com , secret ", "sip:alice@example.com", "secret"),
                new Row("quoted", "a@b,\"x, \"\"y\"\" \"", "sip:a@b", "x, \"y\" "),
                new Row("comma in the password", "a@b,x,y", "sip:a@b", "x,y"),
                new Row("number", "+4930123@10.0.0.1,ä", "sip:+4930123@10.0.0.1", "ä"),
                new Row("IPv6", "a@[2001:db8::1],x", "sip:a@[2001:db8::1]", "x"));
    }

    @ParameterizedTest
    @MethodSource("rows")
    void isRead(Row row) {
        UserLine line = UserLine.parse(row.line());
        assertThat(line.address().addressOfRecord()).isEqualTo(row.address());
        assertThat(line.password()).isEqualTo(row.password());
        assertThat(line.toString()).doesNotContain(row.password() + "]");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "alice@example.com",
                "alice,secret",
                "@example.com,secret",
                "alice@,secret",
                "al ice@example.com,secret",
                "al%69ce@example.com,secret",
                "alice@example.com/x,secret",
                "alice@example.com,",
                "alice@example.com,\"",
                "alice@example.com,\"x"
            })
    void isRefused(String line) {
        assertThatThrownBy(() -> UserLine.parse(line)).isInstanceOf(Malformed.class);
    }

    @Test
    void linesThatSayNothing() {
        assertThat(UserLine.empty("")).isTrue();
        assertThat(UserLine.empty("  ")).isTrue();
        assertThat(UserLine.empty("# the house")).isTrue();
        assertThat(UserLine.empty("address,password")).isTrue();
        assertThat(UserLine.empty("a@b,c")).isFalse();
        assertThatThrownBy(() -> UserLine.password("a\nb")).isInstanceOf(Malformed.class);
        assertThatThrownBy(() -> UserLine.password("x".repeat(UserLine.PASSWORD_LIMIT + 1)))
                .isInstanceOf(Malformed.class);
    }
}
