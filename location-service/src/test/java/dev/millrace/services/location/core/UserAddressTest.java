package dev.millrace.services.location.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.millrace.protocols.wire.Malformed;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What an operator may write for a user. */
class UserAddressTest {
    @ParameterizedTest
    @CsvSource({
        "alice@example.com, sip:alice@example.com",
        "sip:alice@Example.COM, sip:alice@example.com",
        "+49-30@192.0.2.1, sip:+49-30@192.0.2.1",
        "alice@[2001:DB8::1], sip:alice@[2001:db8::1]"
    })
    void isRead(String text, String addressOfRecord) {
        assertThat(UserAddress.parse(text).addressOfRecord()).isEqualTo(addressOfRecord);
    }

    /** A port would make a domain that no request ever names. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "alice",
                "@example.com",
                "alice@",
                "alice@example.com:5080",
                "alice@2001:db8::1",
                "alice@[2001:db8::1]:5080",
                "alice@[2001:db8::1",
                "alice@[::1]x]",
                "al ice@example.com",
                "alice@exam_ple.com"
            })
    void isRefused(String text) {
        assertThatExceptionOfType(Malformed.class).isThrownBy(() -> UserAddress.parse(text));
    }
}
