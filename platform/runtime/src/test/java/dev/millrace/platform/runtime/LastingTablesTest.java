package dev.millrace.platform.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.platform.runtime.testing.MovedClock;
import java.time.Duration;
import java.util.AbstractMap.SimpleEntry;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What happens to an entry of a lasting table on the node where it lives, without a cluster. */
class LastingTablesTest {
    private final MovedClock clock = new MovedClock();
    private final LastingTables tables = new LastingTables(List.of(Words.HELD, Words.ALL), Optional.empty(), clock);

    private static byte[] bytes(long version, String words) {
        return Versioned.encode(Words.HELD, Words.of(version, words), 0);
    }

    private static String words(byte @Nullable [] kept) {
        return kept == null ? "" : Versioned.decode(Words.HELD, kept).text();
    }

    private static Map.Entry<byte[], byte[]> entry(byte @Nullable [] value) {
        return new SimpleEntry<>(new byte[] {1}, value);
    }

    @Test
    void aRuleDecidesAndBackupsGetWhatCameOut() {
        Map.Entry<byte[], byte[]> entry = entry(bytes(4, "a"));
        Decide<Words, String, String> decide = new Decide<>(tables, "test-held", Words.ADD, "b");
        byte[] brought = decide.process(entry);
        assertThat(decide.answer(brought)).isEqualTo("a b");
        assertThat(words(entry.getValue())).isEqualTo("a b");
        assertThat(Versioned.version(entry.getValue())).isEqualTo(5);
        Map.Entry<byte[], byte[]> backup = entry(bytes(2, "fallen behind"));
        decide.getBackupProcessor().process(backup);
        assertThat(backup.getValue()).isEqualTo(entry.getValue());
    }

    @Test
    void aRuleThatWritesNothingTouchesNoBackup() {
        Map.Entry<byte[], byte[]> entry = entry(null);
        Decide<Words, String, String> decide = new Decide<>(tables, "test-held", Words.ADD, "no");
        assertThat(decide.answer(decide.process(entry))).isEmpty();
        assertThat(entry.getValue()).isNull();
        assertThat(decide.getBackupProcessor()).isNull();
    }

    @Test
    void anEntryThatCannotBeReadIsAsGoodAsNone() {
        byte[] newer = bytes(4, "a");
        byte[] torn = java.util.Arrays.copyOf(newer, newer.length - 12);
        Map.Entry<byte[], byte[]> entry = entry(torn);
        Decide<Words, String, String> decide = new Decide<>(tables, "test-held", Words.ADD, "b");
        assertThat(decide.answer(decide.process(entry))).isEqualTo("b");
        assertThat(words(tables.merge(torn, newer))).isEqualTo("a");
        assertThat(words(tables.merge(newer, torn))).isEqualTo("a");
    }

    @Test
    void whatADiskOffersMergesWithWhatIsThere() {
        Map.Entry<byte[], byte[]> entry = entry(bytes(4, "a"));
        Offer offer = new Offer(tables, "test-held", bytes(9, "b"));
        offer.process(entry);
        assertThat(words(entry.getValue())).isEqualTo("a b");
        assertThat(Versioned.version(entry.getValue())).isEqualTo(9);
        Map.Entry<byte[], byte[]> backup = entry(null);
        offer.getBackupProcessor().process(backup);
        assertThat(backup.getValue()).isEqualTo(entry.getValue());

        byte[] before = entry.getValue();
        Offer old = new Offer(tables, "test-held", bytes(3, "a"));
        old.process(entry);
        assertThat(entry.getValue()).isSameAs(before);
        assertThat(old.getBackupProcessor()).isNull();

        Map.Entry<byte[], byte[]> nothing = entry(null);
        old.process(nothing);
        assertThat(words(nothing.getValue())).isEqualTo("a");
    }

    @Test
    void afterASplitBothSidesMerge() {
        Merged policy = Merged.of(tables);
        byte[] left = bytes(4, "a b");
        byte[] right = bytes(7, "b c");
        assertThat(words(policy.merge(left, right))).isEqualTo("a b c");
        assertThat(policy.merge(right, left)).isEqualTo(policy.merge(left, right));
        assertThat(policy.merge(left, null)).isSameAs(left);
        assertThat(policy.merge(null, right)).isSameAs(right);
    }

    @Test
    void withoutAMergeOfItsOwnTheNewerValueWins() {
        LastingTables keys = new LastingTables(List.of(KeyRing.TABLE), Optional.empty(), clock);
        byte[] old = Versioned.encode(KeyRing.TABLE, new KeyRing.Key(new byte[] {1}, 5), 7);
        byte[] young = Versioned.encode(KeyRing.TABLE, new KeyRing.Key(new byte[] {2}, 6), 3);
        assertThat(keys.merge(old, young)).isSameAs(young);
        assertThat(keys.merge(young, old)).isSameAs(young);
        assertThat(keys.until(young)).isEqualTo(6 + KeyRing.LIFETIME.toMillis());
    }

    @Test
    void lifetimesAreWhatIsLeft() {
        assertThat(tables.lifetime(0)).isZero();
        assertThat(tables.lifetime(clock.millis() + 5_000)).isEqualTo(5_000);
        clock.advance(Duration.ofHours(1));
        assertThat(tables.lifetime(clock.millis() - 5_000)).as("it ends soon").isEqualTo(1_000);
    }

    @Test
    void whatThisNodeDoesNotKnowIsSaid() {
        assertThatThrownBy(() -> tables.rule("other", "add.v1")).hasMessageContaining("table other");
        assertThatThrownBy(() -> tables.rule("test-held", "add.v9")).hasMessageContaining("rule add.v9");
        assertThatThrownBy(() -> new LastingTables(List.of(Words.HELD, Words.HELD), Optional.empty(), Clock.system()))
                .hasMessageContaining("declared twice");
    }
}
