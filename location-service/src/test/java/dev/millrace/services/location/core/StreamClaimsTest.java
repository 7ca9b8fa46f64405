package dev.millrace.services.location.core;

import static dev.millrace.services.location.core.Samples.NOW;
import static dev.millrace.services.location.core.Samples.PATH;
import static dev.millrace.services.location.core.Samples.RESTAMPS;
import static dev.millrace.services.location.core.Samples.claim;
import static dev.millrace.services.location.core.Samples.claiming;
import static dev.millrace.services.location.core.Samples.held;
import static dev.millrace.services.location.core.Samples.sdp;
import static dev.millrace.services.location.core.Samples.tombstone;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.platform.contracts.Streams.Claim;
import dev.millrace.platform.contracts.Streams.Claimed;
import dev.millrace.platform.contracts.Streams.Claiming;
import dev.millrace.platform.contracts.Streams.Releasing;
import dev.millrace.platform.contracts.Streams.Updating;
import dev.millrace.protocols.wire.Malformed;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class StreamClaimsTest {
    record Row(String name, Optional<Held<Claim>> entry, Claiming asked, boolean granted, long epoch, String relay) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Row> claims() {
        return Stream.of(
                new Row(
                        "first claim starts at the first epoch",
                        Optional.empty(),
                        claiming(0, "r1"),
                        true,
                        1_000,
                        "r1"),
                new Row(
                        "claim of a vanished entry goes beyond what the asker saw",
                        Optional.empty(),
                        claiming(2_000, "r1"),
                        true,
                        2_001,
                        "r1"),
                new Row("re-homing takes the next epoch", held(claim(7, "r1")), claiming(7, "r2"), true, 8, "r2"),
                new Row("who saw nothing is refused", held(claim(7, "r1")), claiming(0, "r2"), false, 7, "r1"),
                new Row("who saw an older epoch is refused", held(claim(7, "r1")), claiming(6, "r2"), false, 7, "r1"),
                new Row(
                        "who saw an epoch that never was is refused",
                        held(claim(7, "r1")),
                        claiming(8, "r2"),
                        false,
                        7,
                        "r1"),
                new Row(
                        "after a release the tombstone's epoch goes on",
                        tombstone(7),
                        claiming(0, "r2"),
                        true,
                        8,
                        "r2"),
                new Row("re-homing after an orphan's release", tombstone(7), claiming(7, "r2"), true, 8, "r2"),
                new Row(
                        "late repetition of a claim that was released since",
                        tombstone(7),
                        claiming(6, "r2"),
                        false,
                        7,
                        ""));
    }

    @ParameterizedTest
    @MethodSource
    void claims(Row row) {
        Decision<Claim, Claimed> decision = StreamClaims.claim(row.entry, row.asked, NOW);
        assertThat(decision.answer().granted()).isEqualTo(row.granted);
        assertThat(decision.answer().current().epoch()).isEqualTo(row.epoch);
        assertThat(decision.answer().current().relay()).isEqualTo(row.relay);
        assertThat(decision.write().isPresent()).isEqualTo(row.granted);
        assertThat(decision.lifetime()).isZero();
        long before = row.entry.map(Held::version).orElse(0L);
        decision.write().ifPresent(written -> {
            assertThat(written.version()).isGreaterThan(before);
            assertThat(written.value()).isSameAs(decision.answer().current());
        });
    }

    @Test
    void publicIdTimeAndRestampsSurviveRehoming() {
        Claim moved = StreamClaims.claim(held(claim(7, "r1")), claiming(7, "r2"), NOW)
                .answer()
                .current();
        assertThat(moved.publicId()).isEqualTo("bcdfghjk");
        assertThat(moved.sinceMillis()).isEqualTo(1_600_000_000_000L);
        assertThat(moved.restamps()).isEqualTo(RESTAMPS);
        assertThat(moved.sdp()).isEqualTo(sdp("new"));
    }

    @Test
    void newStreamAfterReleaseHasItsOwnIdAndTime() {
        Claim made = StreamClaims.claim(tombstone(7), claiming(0, "r2"), NOW)
                .answer()
                .current();
        assertThat(made.publicId()).isEqualTo("newnewid");
        assertThat(made.sinceMillis()).isEqualTo(NOW.millis());
        assertThat(made.restamps()).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("claims")
    void askingTwiceGivesTheSame(Row row) {
        Decision<Claim, Claimed> once = StreamClaims.claim(row.entry, row.asked, NOW);
        Optional<Held<Claim>> then = once.write().isPresent() ? once.write() : row.entry;
        Decision<Claim, Claimed> twice = StreamClaims.claim(then, row.asked, NOW);
        assertThat(twice.answer().granted()).isEqualTo(once.answer().granted());
        assertThat(twice.answer().current().epoch())
                .isEqualTo(once.answer().current().epoch());
        assertThat(twice.write()).isEmpty();
    }

    record Told(String name, Optional<Held<Claim>> entry, long epoch, boolean taken) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Told> updates() {
        return Stream.of(
                new Told("owner's word counts", held(claim(7, "r1")), 7, true),
                new Told("former owner's word is ignored", held(claim(7, "r1")), 6, false),
                new Told("no claim", Optional.empty(), 7, false),
                new Told("released claim", tombstone(7), 7, false));
    }

    @ParameterizedTest
    @MethodSource
    void updates(Told row) {
        Updating asked = new Updating(PATH, row.epoch, "edge-9", sdp("changed"), List.of(), false);
        Decision<Claim, Boolean> decision = StreamClaims.update(row.entry, asked, NOW);
        assertThat(decision.answer()).isEqualTo(row.taken);
        assertThat(decision.write().isPresent()).isEqualTo(row.taken);
        decision.write().ifPresent(written -> {
            assertThat(written.value().edge()).isEqualTo("edge-9");
            assertThat(written.value().live()).isFalse();
            assertThat(written.value().epoch()).isEqualTo(7);
            assertThat(written.value().relay()).isEqualTo("r1");
        });
    }

    @Test
    void releaseLeavesATombstoneThatKeepsOnlyTheEpoch() {
        Decision<Claim, Boolean> decision = StreamClaims.release(held(claim(7, "r1")), new Releasing(PATH, 7), NOW);
        assertThat(decision.answer()).isTrue();
        assertThat(decision.lifetime()).isEqualTo(Decision.TOMBSTONE_LIFETIME);
        Held<Claim> grave = decision.write().orElseThrow();
        assertThat(grave.present()).isEmpty();
        assertThat(grave.value().epoch()).isEqualTo(7);
        assertThat(grave.value().sdp()).isEmpty();
        assertThat(StreamClaims.release(decision.write(), new Releasing(PATH, 7), NOW))
                .isEqualTo(new Decision<>(Optional.empty(), true));
    }

    @Test
    void releaseUnderAnotherEpochIsIgnored() {
        assertThat(StreamClaims.release(held(claim(7, "r1")), new Releasing(PATH, 6), NOW))
                .isEqualTo(new Decision<>(Optional.empty(), false));
        assertThat(StreamClaims.release(Optional.empty(), new Releasing(PATH, 6), NOW))
                .isEqualTo(new Decision<>(Optional.empty(), false));
    }

    @Test
    void deleteAfterASplitDoesNotComeBack() {
        // Both halves hold the same claim. One half moves it on, the other, whose clock is behind, releases that later.
        Held<Claim> before = held(claim(7, "r1")).orElseThrow();
        Moment slow = new Moment(NOW.millis() - 3_600_000, "node-c", 1);
        Held<Claim> released = StreamClaims.release(Optional.of(before), new Releasing(PATH, 7), slow)
                .write()
                .orElseThrow();
        assertThat(released.version()).isGreaterThan(before.version());
    }

    @Test
    void tooLargeDescriptionIsMalformed() {
        Claiming large = new Claiming(PATH, 0, "id", "r1", "e1", new byte[StreamClaims.SDP_LIMIT + 1]);
        assertThatThrownBy(() -> StreamClaims.claim(Optional.empty(), large, NOW))
                .isInstanceOf(Malformed.class);
    }
}
