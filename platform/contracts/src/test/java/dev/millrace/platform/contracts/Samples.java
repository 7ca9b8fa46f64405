package dev.millrace.platform.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.platform.contracts.Packagings.LeftOut;
import dev.millrace.platform.contracts.Packagings.Packaging;
import dev.millrace.platform.contracts.Relay.Outcome;
import dev.millrace.platform.contracts.Streams.Change;
import dev.millrace.platform.contracts.Streams.Claim;
import dev.millrace.platform.contracts.Streams.Claimed;
import dev.millrace.platform.contracts.Streams.Restamp;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** One value of every record that travels, and every question with a query and an answer. */
final class Samples {
    static final StreamPath PATH = StreamPath.parse("yard/cam-1");
    static final byte[] SDP = "v=0\r\nm=video 0 RTP/AVP 96\r\n".getBytes(StandardCharsets.US_ASCII);
    static final Restamp RESTAMP = new Restamp(1, 0xDEADBEEFL, 0xCAFEBABEL, 65_535, 4_294_967_295L);
    static final Claim CLAIM = new Claim(
            PATH,
            "k7wq2mzr",
            1_800_000_000_000L << 10,
            "node-b",
            "node-a",
            SDP,
            List.of(RESTAMP),
            true,
            1_764_000_000_000L);
    static final Packaging PACKAGING = new Packaging(PATH, 3, "node-c", 41, 2, 6);

    private Samples() {}

    /** A question with one query and one answer. */
    record Asked<Q, A>(Question<Q, A> question, Q query, A answer) {
        Stream<Wire<?>> wires() {
            return Stream.of(
                    new Wire<>(question.name() + " query", question.query(), query),
                    new Wire<>(question.name() + " answer", question.answer(), answer));
        }
    }

    static List<Asked<?, ?>> questions() {
        Codec.Nothing nothing = Codec.Nothing.NOTHING;
        return List.of(
                new Asked<>(
                        Streams.CLAIM,
                        new Streams.Claiming(PATH, 0, "k7wq2mzr", "node-b", "node-a", SDP),
                        new Claimed(true, CLAIM)),
                new Asked<>(Streams.FIND, PATH, Optional.of(CLAIM)),
                new Asked<>(Streams.LIST, nothing, List.of(CLAIM, CLAIM)),
                new Asked<>(
                        Streams.UPDATE,
                        new Streams.Updating(PATH, 7, "node-a", SDP, List.of(RESTAMP, RESTAMP), false),
                        false),
                new Asked<>(Streams.RELEASE, new Streams.Releasing(PATH, 7), true),
                new Asked<>(Streams.WATCH, new Streams.Watching("node-c", 10_000), nothing),
                new Asked<>(Streams.CHANGED, new Change(PATH, Optional.empty()), nothing),
                new Asked<>(
                        Relay.OPEN,
                        new Relay.Opening(PATH, "k7wq2mzr", 7, "node-a", SDP, List.of(RESTAMP), true),
                        new Relay.Ticket(
                                Outcome.GRANTED, new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16})),
                new Asked<>(
                        Relay.TAP, new Relay.Tapping(PATH, 7, "node-c"), new Relay.Ticket(Outcome.STALE, new byte[0])),
                new Asked<>(Relay.CLOSE, new Relay.Closing(PATH, 7, "node-a"), nothing),
                new Asked<>(Relay.STATS, nothing, List.of(new Relay.Stats(PATH, 7, 4_128_000, 200, 1_000_000, 3, 12))),
                new Asked<>(Relay.REHOME, new Relay.Rehoming(PATH, 7, "node-b"), true),
                new Asked<>(
                        Packagings.CLAIM,
                        new Packagings.Claiming(PATH, 2, "node-c"),
                        new Packagings.Claimed(false, PACKAGING)),
                new Asked<>(Packagings.FIND, PATH, Optional.of(PACKAGING)),
                new Asked<>(Packagings.CUT, PACKAGING, true),
                new Asked<>(Packagings.RELEASE, new Packagings.Releasing(PATH, 3), true),
                new Asked<>(Packagings.LEFT_OUT, SDP, List.of(new LeftOut(1, "opus", "HLS in MPEG-TS has no Opus"))));
    }

    /** Names of all questions of these contracts: each is its own and says its version. */
    static Set<String> names(List<Class<?>> contracts) throws IllegalAccessException {
        Set<String> names = new TreeSet<>();
        for (Class<?> contract : contracts) {
            for (Field field : contract.getDeclaredFields()) {
                if (Modifier.isStatic(field.getModifiers()) && field.get(null) instanceof Question<?, ?> question) {
                    assertThat(names.add(question.name())).as(question.name()).isTrue();
                    assertThat(question.name()).matches("[a-z-]+\\.[a-z-]+\\.v[1-9]");
                }
            }
        }
        return names;
    }
}
