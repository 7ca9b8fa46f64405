package dev.millrace.services.location.core;

import static dev.millrace.services.location.core.Samples.NOW;
import static dev.millrace.services.location.core.Samples.PATH;
import static dev.millrace.services.location.core.Samples.packaging;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.platform.contracts.Packagings.Claimed;
import dev.millrace.platform.contracts.Packagings.Claiming;
import dev.millrace.platform.contracts.Packagings.Packaging;
import dev.millrace.platform.contracts.Packagings.Releasing;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PackagingClaimsTest {
    private static final Optional<Held<Packaging>> HELD = Optional.of(new Held<>(1, false, packaging(5, "p1")));
    private static final Optional<Held<Packaging>> GRAVE = Optional.of(new Held<>(1, true, packaging(5, "")));

    record Row(
            String name, Optional<Held<Packaging>> entry, long seen, boolean granted, long epoch, long lastSequence) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Row> claims() {
        return Stream.of(
                new Row("first packager", Optional.empty(), 0, true, 1_000, -1),
                new Row("next packager goes on with the numbers", HELD, 5, true, 6, 41),
                new Row("second packager at the same time is refused", HELD, 0, false, 5, 41),
                new Row("who saw an older owner is refused", HELD, 4, false, 5, 41),
                new Row("after a release the numbers go on", GRAVE, 0, true, 6, 41),
                new Row("late repetition after a release", GRAVE, 4, false, 5, 41));
    }

    @ParameterizedTest
    @MethodSource
    void claims(Row row) {
        Decision<Packaging, Claimed> decision =
                PackagingClaims.claim(row.entry, new Claiming(PATH, row.seen, "p2"), NOW);
        assertThat(decision.answer().granted()).isEqualTo(row.granted);
        assertThat(decision.answer().current().epoch()).isEqualTo(row.epoch);
        assertThat(decision.answer().current().lastSequence()).isEqualTo(row.lastSequence);
        assertThat(decision.write().isPresent()).isEqualTo(row.granted);
        Optional<Held<Packaging>> then = decision.write().isPresent() ? decision.write() : row.entry;
        Decision<Packaging, Claimed> again = PackagingClaims.claim(then, new Claiming(PATH, row.seen, "p2"), NOW);
        assertThat(again.answer()).isEqualTo(decision.answer());
        assertThat(again.write()).isEmpty();
    }

    @Test
    void cutsOfTheOwnerCountAndNeverGoBack() {
        Packaging next = new Packaging(PATH, 5, "p1", 42, 2, 3);
        assertThat(PackagingClaims.cut(HELD, next, NOW).write().orElseThrow().value())
                .isEqualTo(next);
        Packaging late = new Packaging(PATH, 5, "p1", 40, 2, 3);
        assertThat(PackagingClaims.cut(HELD, late, NOW)).isEqualTo(new Decision<>(Optional.empty(), true));
        assertThat(PackagingClaims.cut(HELD, packaging(5, "p1"), NOW))
                .isEqualTo(new Decision<>(Optional.empty(), true));
    }

    @Test
    void cutsOfAFormerOwnerAreRefused() {
        assertThat(PackagingClaims.cut(HELD, packaging(4, "p0"), NOW).answer()).isFalse();
        assertThat(PackagingClaims.cut(HELD, packaging(5, "p0"), NOW).answer()).isFalse();
        assertThat(PackagingClaims.cut(GRAVE, packaging(5, "p1"), NOW).answer()).isFalse();
        assertThat(PackagingClaims.cut(Optional.empty(), packaging(5, "p1"), NOW)
                        .answer())
                .isFalse();
    }

    @Test
    void releaseKeepsTheNumbersInItsTombstone() {
        Held<Packaging> grave = PackagingClaims.release(HELD, new Releasing(PATH, 5), NOW)
                .write()
                .orElseThrow();
        assertThat(grave.gone()).isTrue();
        assertThat(grave.value().lastSequence()).isEqualTo(41);
        assertThat(PackagingClaims.release(HELD, new Releasing(PATH, 4), NOW).answer())
                .isFalse();
        assertThat(PackagingClaims.release(Optional.of(grave), new Releasing(PATH, 5), NOW)
                        .answer())
                .isTrue();
    }
}
