package dev.millrace.services.location.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.platform.contracts.Location;
import dev.millrace.platform.contracts.Location.Binding;
import dev.millrace.platform.testkit.Golden;
import dev.millrace.platform.testkit.Hex;
import dev.millrace.platform.testkit.Mutator;
import dev.millrace.platform.testkit.Torn;
import dev.millrace.protocols.wire.Malformed;
import dev.millrace.services.location.core.BindingSet.Tombstone;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The value of the map: its bytes, and what two of them make when they meet. */
class BindingSetTest {
    private static final long END = BindingRulesTest.NOW + 3_600_000;

    /** Words like {@code x5} (a binding, version 5) and {@code -x7} (its tombstone, version 7). */
    private static BindingSet set(String words) {
        List<Binding> bindings = new ArrayList<>();
        List<Tombstone> tombstones = new ArrayList<>();
        long newest = 0;
        for (String word : words.isEmpty() ? new String[0] : words.split(" ")) {
            boolean gone = word.startsWith("-");
            String name = gone ? word.substring(1, 2) : word.substring(0, 1);
            long version = Long.parseLong(word.substring(gone ? 2 : 1));
            newest = Math.max(newest, version);
            if (gone) {
                tombstones.add(new Tombstone("sip:" + name, "a", 1, version, END));
            } else {
                bindings.add(
                        BindingRulesTest.contact("sip:" + name, "a", 1, END).written(0, version));
            }
        }
        return new BindingSet(newest, bindings, tombstones);
    }

    record Row(String name, String left, String right, String merged) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Row> rows() {
        return Stream.of(
                new Row("each side has a binding of its own", "x1", "y2", "x1 y2"),
                new Row("both have refreshed one", "x3 y1", "x2 y4", "x3 y4"),
                new Row("one side removed what the other has from before", "-x3", "x1 y2", "y2 -x3"),
                new Row("one side removed, the other refreshed later", "-x3", "x4", "x4"),
                new Row("removed on both sides", "-x3", "-x4", "-x4"),
                new Row("registered again after the removal", "x5", "-x3", "x5"),
                new Row("one is empty", "x1 -y2", "", "x1 -y2"),
                new Row("the same", "x1 -y2", "x1 -y2", "x1 -y2"),
                new Row("equal versions: the removal", "x3", "-x3", "-x3"));
    }

    @ParameterizedTest
    @MethodSource("rows")
    void ofEachBindingTheNewerWordCounts(Row row) {
        BindingSet left = set(row.left());
        BindingSet right = set(row.right());
        BindingSet merged = set(row.merged());
        assertThat(BindingSet.merge(left, right)).isEqualTo(merged);
        assertThat(BindingSet.merge(right, left)).isEqualTo(merged);
        assertThat(BindingSet.merge(merged, left)).isEqualTo(merged);
        assertThat(BindingSet.merge(right, merged)).isEqualTo(merged);
    }

    @Test
    void inWhateverOrderManySidesMeetTheResultIsTheSame() {
        Random random = new Random(7);
        for (int round = 0; round < 2_000; round++) {
            BindingSet a = random(random);
            BindingSet b = random(random);
            BindingSet c = random(random);
            BindingSet first = BindingSet.merge(BindingSet.merge(a, b), c);
            assertThat(BindingSet.merge(a, BindingSet.merge(c, b))).isEqualTo(first);
            assertThat(BindingSet.CODEC.fromBytes(BindingSet.CODEC.toBytes(first)))
                    .isEqualTo(first);
        }
    }

    private static BindingSet random(Random random) {
        StringBuilder words = new StringBuilder();
        for (char name = 'a'; name < 'f'; name++) {
            if (random.nextBoolean()) {
                words.append(words.isEmpty() ? "" : " ")
                        .append(random.nextInt(3) == 0 ? "-" : "")
                        .append(name)
                        .append(1 + random.nextInt(4));
            }
        }
        return set(words.toString());
    }

    @Test
    void aMergedSetIsBounded() {
        BindingSet merged = BindingSet.NONE;
        for (int side = 0; side < 4; side++) {
            List<Binding> bindings = new ArrayList<>();
            for (int i = 0; i < Location.CONTACT_LIMIT; i++) {
                bindings.add(BindingRulesTest.contact("sip:" + side + "-" + i, "a", 1, END)
                        .written(0, side * 1000L + i));
            }
            merged = BindingSet.merge(merged, new BindingSet(side, bindings, List.of()));
        }
        assertThat(merged.bindings()).hasSize(BindingSet.MERGED_LIMIT);
        assertThat(merged.bindings()).allMatch(each -> each.version() >= 2000);
    }

    @Test
    void theBytesOfFormOneStayAsTheyAre() {
        Golden.check(
                BindingSetTest.class,
                "binding-set.v1.txt",
                Hex.show(BindingSet.CODEC.toBytes(set("x1 y700000000000 -z3")))
                        + "\n"
                        + Hex.show(BindingSet.CODEC.toBytes(BindingSet.NONE)));
    }

    @Test
    void tornOrBrokenItIsMalformed() {
        byte[] bytes = BindingSet.CODEC.toBytes(set("x1 y2 -z3"));
        Torn.everyPrefix(
                bytes,
                prefix -> assertThatThrownBy(() -> BindingSet.CODEC.fromBytes(prefix))
                        .isInstanceOf(Malformed.class));
        byte[] newer = bytes.clone();
        newer[0] = 2;
        assertThatThrownBy(() -> BindingSet.CODEC.fromBytes(newer))
                .isInstanceOf(Malformed.class)
                .hasMessageContaining("form 2");
        assertThat(BindingSet.CODEC.fromBytes(Arrays.copyOf(bytes, bytes.length + 3)))
                .isEqualTo(set("x1 y2 -z3"));
        Mutator.of(5).run("binding set", 200_000, List.of(bytes), input -> {
            try {
                BindingSet.CODEC.fromBytes(input);
            } catch (Malformed expected) {
                assertThat(expected.rule()).isNotEmpty();
            }
        });
    }
}
