package dev.millrace.platform.contracts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.platform.testkit.Golden;
import dev.millrace.platform.testkit.Hex;
import dev.millrace.platform.testkit.Mutator;
import dev.millrace.platform.testkit.Torn;
import dev.millrace.protocols.wire.Malformed;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class NoncesTest {
    private static final Nonces.Use USE = new Nonces.Use(0x1122334455667788L, 1_764_000_000_123L, 0xFFFF_FFFFL);
    private static final byte[] BYTES = Nonces.USE.query().toBytes(USE);

    @Test
    void theBytesOfVersionOneStayAsTheyAre() {
        StringBuilder text = new StringBuilder("nonces.use.v1 query\n").append(Hex.show(BYTES));
        for (Nonces.Outcome outcome : Nonces.Outcome.values()) {
            text.append("\nnonces.use.v1 answer ")
                    .append(outcome)
                    .append('\n')
                    .append(Hex.show(Nonces.USE.answer().toBytes(outcome)));
        }
        Golden.check(NoncesTest.class, "nonces.v1.txt", text.toString());
    }

    @Test
    void thereAndBackAndTornAtEveryByte() {
        assertThat(Nonces.USE.query().fromBytes(Arrays.copyOf(BYTES, BYTES.length + 3)))
                .isEqualTo(USE);
        Torn.everyPrefix(
                BYTES,
                prefix -> assertThatThrownBy(() -> Nonces.USE.query().fromBytes(prefix))
                        .isInstanceOf(Malformed.class));
        assertThat(Nonces.USE.role()).isEmpty();
    }

    @Test
    void whatTheNetworkSendsIsNeverAnythingButMalformed() {
        Mutator.of(14).run("nonces contract", 100_000, List.of(BYTES, new byte[] {2}), input -> {
            try {
                Nonces.USE.query().fromBytes(input);
                Nonces.USE.answer().fromBytes(input);
            } catch (Malformed expected) {
                assertThat(expected.rule()).isNotEmpty();
            }
        });
    }
}
