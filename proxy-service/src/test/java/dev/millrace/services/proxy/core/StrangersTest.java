package dev.millrace.services.proxy.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What may come from outside without credentials, and what a session timer says. */
class StrangersTest {
    @ParameterizedTest
    @ValueSource(strings = {"INVITE", "MESSAGE", "OPTIONS", "SUBSCRIBE"})
    void mayAskForAPerson(String method) {
        assertThat(Strangers.may(Requests.of(method, "sip:bob@example.com"))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"NOTIFY", "REFER", "PUBLISH", "INFO", "BYE", "UPDATE", "PRACK", "REGISTER", "NEWMETHOD", "invite"
            })
    void mayNotMakeAPhoneAct(String method) {
        assertThat(Strangers.may(Requests.of(method, "sip:bob@example.com"))).isFalse();
        assertThat(Strangers.refusal(Requests.of(method, "sip:bob@example.com")))
                .isEqualTo(403);
    }

    @Test
    void mayNotPretendToBeInADialog() {
        var pretending = Requests.request(
                "INVITE", "sip:bob@example.com", "<sip:x@foreign.example>;tag=1", "<sip:bob@example.com>;tag=2");
        assertThat(Strangers.may(pretending)).isFalse();
        assertThat(Strangers.refusal(pretending)).isEqualTo(481);
    }

    @ParameterizedTest
    @CsvSource({
        "Session-Expires: 1800;refresher=uac, 1832",
        "x: 90, 122",
        "Session-Expires: 99999999999999999999, 864032",
        "Session-Expires: soon, 0",
        "Subject: none, 0"
    })
    void sessionTimer(String line, long seconds) {
        assertThat(SessionTimer.of(Requests.answer("SIP/2.0 200 OK", line))).isEqualTo(Duration.ofSeconds(seconds));
    }
}
