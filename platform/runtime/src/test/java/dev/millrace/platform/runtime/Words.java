package dev.millrace.platform.runtime;

import dev.millrace.platform.contracts.Codec;
import dev.millrace.platform.contracts.RecordCodec;
import dev.millrace.platform.contracts.Role;
import dev.millrace.platform.runtime.Tables.Copies;
import dev.millrace.platform.runtime.Tables.Lasting;
import dev.millrace.platform.runtime.Tables.Spec;
import dev.millrace.platform.runtime.testing.TestRole;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/** A lasting table for the tests: sets of words that only grow, and merge to their union. */
record Words(long version, String text, long untilMillis) {
    static final Codec<Words> CODEC = RecordCodec.of(
            Codec.I64, Words::version, Codec.TEXT, Words::text, Codec.I64, Words::untilMillis, Words::new);

    /** Adds a word, or says no when it is {@code "no"}; answers the words. */
    static final Rule<Words, String, String> ADD = new Rule<>(
            "add.v1",
            Codec.TEXT,
            Codec.TEXT,
            (entry, word) ->
                    word.equals("no") ? Rule.Outcome.stay(entry.map(Words::text).orElse("")) : written(entry, word, 0));

    /** Adds a word to an entry that ends at the time of the query, milliseconds of the Unix epoch. */
    static final Rule<Words, Long, String> BRIEF =
            new Rule<>("brief.v1", Codec.I64, Codec.TEXT, (entry, until) -> written(entry, "brief", until));

    static final Spec<String, Words> HELD = spec("test-held", Copies.HELD);
    static final Spec<String, Words> ALL = spec("test-all", Copies.ALL);

    private static Spec<String, Words> spec(String name, Copies copies) {
        return new Spec<>(name, Codec.TEXT, CODEC, Words::version)
                .lasting(new Lasting<>(copies, Optional.of(Words::merge), Words::untilMillis, List.of(ADD, BRIEF)));
    }

    static Words of(long version, String text) {
        return new Words(version, text, 0);
    }

    private static Rule.Outcome<Words, String> written(Optional<Words> entry, String word, long until) {
        Words now = new Words(
                entry.map(Words::version).orElse(0L) + 1,
                union(entry.map(Words::text).orElse(""), word),
                until);
        return Rule.Outcome.write(now, now.text());
    }

    static Words merge(Words left, Words right) {
        return new Words(
                Math.max(left.version, right.version),
                union(left.text, right.text),
                Math.max(left.untilMillis, right.untilMillis));
    }

    private static String union(String left, String right) {
        TreeSet<String> words =
                new TreeSet<>(Arrays.asList((left + " " + right).strip().split(" ")));
        return String.join(" ", words);
    }

    /** The role location with both tables. */
    static final class Module implements RoleModule {
        @Override
        public Role role() {
            return Role.LOCATION;
        }

        @Override
        public List<Spec<?, ?>> tables() {
            return List.of(HELD, ALL);
        }

        @Override
        public Service create(NodeContext node) {
            return new TestRole(Role.LOCATION).create(node);
        }
    }
}
