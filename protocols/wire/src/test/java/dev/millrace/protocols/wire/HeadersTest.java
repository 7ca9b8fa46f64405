package dev.millrace.protocols.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class HeadersTest {
    private static final HeaderKey<Long> CSEQ = HeaderKey.number("CSeq", 4_294_967_295L);
    private static final HeaderKey<String> VIA = new HeaderKey<>("Via", "v", text -> text, text -> text);

    private static final Headers HEADERS = new Headers(List.of(
            new Headers.Line("cseq", "7"),
            new Headers.Line("V", "one"),
            new Headers.Line("X-Other", "kept as it stood"),
            new Headers.Line("Via", "two")));

    @Test
    void findsByNameAndCompactFormWithoutRegardToCase() {
        assertThat(HEADERS.first(CSEQ)).contains(7L);
        assertThat(HEADERS.first(VIA)).contains("one");
        assertThat(HEADERS.all(VIA)).containsExactly("one", "two");
        assertThat(HEADERS.has(VIA)).isTrue();
        assertThat(HEADERS.first(HeaderKey.text("Session"))).isEmpty();
        assertThat(HEADERS.has(HeaderKey.text("Session"))).isFalse();
    }

    @Test
    void addsAtTheEndAndTakesAway() {
        Headers more = HEADERS.with(CSEQ, 8L);
        assertThat(more.all(CSEQ)).containsExactly(7L, 8L);
        assertThat(HEADERS.all(CSEQ)).containsExactly(7L);
        assertThat(more.without(CSEQ).lines()).hasSize(3);
    }

    @Test
    void encodesInOrder() {
        StringBuilder text = new StringBuilder();
        HEADERS.without(VIA).encode(text);
        assertThat(text.toString()).isEqualTo("cseq: 7\r\nX-Other: kept as it stood\r\n");
    }

    @Test
    void cannotBeChangedFromOutside() {
        assertThatThrownBy(() -> HEADERS.lines().clear()).isInstanceOf(UnsupportedOperationException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "4294967295", "0000000001"})
    void readsNumbers(String text) {
        assertThat(CSEQ.parse().apply(text)).isEqualTo(Long.parseLong(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-1", "+1", " 1", "1 ", "4294967296", "99999999999999999999", "1.0", "\u0661", "0x1"})
    void refusesOtherNumbers(String text) {
        assertThatThrownBy(() -> CSEQ.parse().apply(text))
                .isInstanceOf(Malformed.class)
                .hasMessageStartingWith("cseq: ");
    }

    @Test
    void showsOutsideTextHarmlessly() {
        assertThat(Malformed.quote("a\r\n\u001b[31m\u00fc")).isEqualTo("\"a???[31m?\"");
        assertThat(Malformed.quote("x".repeat(1000))).isEqualTo("\"" + "x".repeat(40) + "...\"");
        assertThat(new Malformed("rule", "detail").getStackTrace()).isEmpty();
    }
}
