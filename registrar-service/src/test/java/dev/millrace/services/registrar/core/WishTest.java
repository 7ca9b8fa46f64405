package dev.millrace.services.registrar.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.protocols.sip.Validity;
import dev.millrace.protocols.wire.Malformed;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class WishTest {
    @Test
    void theAddressOfRecordIsCanonical() {
        Wish wish = Wish.of(Registers.with());
        assertThat(wish.addressOfRecord()).isEqualTo("sip:alice@example.com");
        assertThat(wish.domain()).isEqualTo("example.com");
        assertThat(wish.question()).isTrue();
    }

    @Test
    void aNodesAddressStandsForTheDomain() {
        Wish wish = Wish.of(Registers.with()).in("served.example");
        assertThat(wish.addressOfRecord()).isEqualTo("sip:alice@served.example");
        assertThat(wish.domain()).isEqualTo("served.example");
    }

    @Test
    void aContactsOwnExpiryGoesBeforeTheHeader() {
        Wish wish = Wish.of(Registers.with(
                "Contact: <sip:a@192.0.2.1>;expires=60, <sip:b@192.0.2.1>",
                "m: <sip:c@192.0.2.1>;expires=0",
                "Expires: 90"));
        assertThat(wish.contacts().stream().map(Wish.Wanted::expires))
                .containsExactly(OptionalLong.of(60), OptionalLong.of(90), OptionalLong.of(0));
        assertThat(wish.contacts().get(2).removal()).isTrue();
    }

    @Test
    void aStarRemovesAll() {
        assertThat(Wish.of(Registers.with("Contact: *", "Expires: 0")).all()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Contact: *",
                "Contact: *\r\nExpires: 60",
                "Contact: *, <sip:a@192.0.2.1>\r\nExpires: 0",
                "Contact: *\r\nContact: *\r\nExpires: 0",
                "Contact: <sip:a@192.0.2.1>;q=1.5",
                "Contact: <sip:a@192.0.2.1",
            })
    void whatBreaksSection103IsRefusedBeforeAnythingChanges(String lines) {
        assertThatThrownBy(() -> Wish.of(Registers.with(lines))).isInstanceOf(Malformed.class);
    }

    @Test
    void unknownExtensionsAreNamed() {
        assertThat(Validity.forRegistrar(Registers.with("Require: path, Foo, GRUU, bar"), Wish.UNDERSTOOD))
                .hasValueSatisfying(refusal -> assertThat(refusal.unsupported()).containsExactly("Foo", "bar"));
        assertThat(Validity.forRegistrar(Registers.with("Require: outbound"), Wish.UNDERSTOOD))
                .isEmpty();
    }
}
