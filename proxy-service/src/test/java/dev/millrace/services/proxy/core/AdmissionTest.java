package dev.millrace.services.proxy.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.services.proxy.core.Admission.Aim;
import dev.millrace.services.proxy.core.Admission.Entry;
import dev.millrace.services.proxy.core.Admission.Origin;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Who is challenged, who is taken, who is refused: every origin with every aim. */
class AdmissionTest {
    private static final Admission USUAL = new Admission(true, true);
    private static final Admission CLOSED = new Admission(true, false);
    private static final Admission BARE = new Admission(false, true);

    record Row(Origin origin, Aim aim, Entry usual, Entry closed, Entry bare) {
        @Override
        public String toString() {
            return origin + " to " + aim;
        }
    }

    private static List<Row> rows() {
        List<Row> rows = new ArrayList<>();
        for (Aim aim : Aim.values()) {
            rows.add(new Row(Origin.PEER, aim, Entry.TRUSTED, Entry.TRUSTED, Entry.TRUSTED));
        }
        for (Origin origin : List.of(Origin.SERVED, Origin.ANONYMOUS, Origin.FOREIGN)) {
            rows.add(new Row(origin, Aim.HERE, Entry.STRANGER, Entry.STRANGER, Entry.STRANGER));
        }
        for (Aim aim : List.of(Aim.USER, Aim.PEER, Aim.FOREIGN)) {
            Entry served = aim == Aim.USER ? Entry.TRUSTED : Entry.REFUSED;
            rows.add(new Row(Origin.SERVED, aim, Entry.CHALLENGE_SERVED, Entry.CHALLENGE_SERVED, served));
            Entry bare = aim == Aim.USER ? Entry.STRANGER : Entry.REFUSED;
            rows.add(new Row(Origin.ANONYMOUS, aim, Entry.CHALLENGE_DEFAULT, Entry.CHALLENGE_DEFAULT, bare));
        }
        rows.add(new Row(Origin.FOREIGN, Aim.USER, Entry.STRANGER, Entry.REFUSED, Entry.STRANGER));
        for (Aim aim : List.of(Aim.PEER, Aim.FOREIGN)) {
            rows.add(new Row(Origin.FOREIGN, aim, Entry.CHALLENGE_DEFAULT, Entry.CHALLENGE_DEFAULT, Entry.REFUSED));
        }
        return rows;
    }

    static Stream<Row> all() {
        return rows().stream();
    }

    @ParameterizedTest
    @MethodSource("all")
    void rule(Row row) {
        assertThat(USUAL.entry(row.origin(), row.aim())).isEqualTo(row.usual());
        assertThat(CLOSED.entry(row.origin(), row.aim())).isEqualTo(row.closed());
        assertThat(BARE.entry(row.origin(), row.aim())).isEqualTo(row.bare());
    }

    @Test
    void theTableIsComplete() {
        assertThat(rows().stream().map(Row::toString)).doesNotHaveDuplicates();
        assertThat(rows()).hasSize(Origin.values().length * Aim.values().length);
    }
}
