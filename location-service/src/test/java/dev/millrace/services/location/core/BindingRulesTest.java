package dev.millrace.services.location.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.platform.contracts.Location;
import dev.millrace.platform.contracts.Location.Binding;
import dev.millrace.platform.contracts.Location.Outcome;
import dev.millrace.platform.contracts.Location.Removing;
import dev.millrace.platform.contracts.Location.Saving;
import dev.millrace.platform.runtime.Rule;
import dev.millrace.platform.runtime.testing.TestBinding;
import dev.millrace.protocols.wire.Malformed;
import dev.millrace.services.location.core.BindingRules.Remove;
import dev.millrace.services.location.core.BindingRules.Save;
import dev.millrace.services.location.core.BindingRules.Written;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** RFC 3261 section 10.3, steps 6 and 7, told as stories of REGISTERs. */
class BindingRulesTest {
    static final long NOW = 1_764_000_000_000L;
    static final String AOR = "sip:alice@example.com";

    static Binding contact(String uri, String callId, long cseq, long expires) {
        return contact(uri, callId, cseq, expires, "", 0);
    }

    static Binding contact(String uri, String callId, long cseq, long expires, String instance, int regId) {
        return TestBinding.at(uri)
                .until(expires)
                .by(callId, cseq)
                .instance(instance, regId)
                .build();
    }

    /** One step of a story: what is asked at which second, and what comes of it. */
    record Step(long second, Saving saving, Outcome outcome, String... contacts) {}

    record Story(String name, Step... steps) {
        @Override
        public String toString() {
            return name;
        }
    }

    /** A REGISTER with those contacts for an hour; one with a minus before it is removed. */
    static Step register(long second, String callId, long cseq, String uris, Outcome outcome, String... contacts) {
        return register(second, callId, cseq, uris, 10, outcome, contacts);
    }

    static Step register(
            long second, String callId, long cseq, String uris, int limit, Outcome outcome, String... contacts) {
        long end = NOW + (second + 3600) * 1000;
        List<Binding> put = new ArrayList<>();
        List<String> remove = new ArrayList<>();
        boolean all = uris.equals("*");
        if (!all) {
            for (String uri : uris.split(" ")) {
                if (uri.startsWith("-")) {
                    remove.add(uri.substring(1));
                } else {
                    put.add(contact(uri, callId, cseq, end));
                }
            }
        }
        return new Step(second, new Saving(AOR, callId, cseq, all, put, remove, limit), outcome, contacts);
    }

    static Stream<Story> stories() {
        return Stream.of(
                new Story("first registration", register(0, "a", 1, "sip:x", Outcome.OK, "sip:x")),
                new Story(
                        "refresh",
                        register(0, "a", 1, "sip:x", Outcome.OK, "sip:x"),
                        register(1800, "a", 2, "sip:x", Outcome.OK, "sip:x"),
                        register(5000, "b", 1, "sip:y", Outcome.OK, "sip:x", "sip:y")),
                new Story(
                        "expired ones are not there",
                        register(0, "a", 1, "sip:x", Outcome.OK, "sip:x"),
                        register(3600, "b", 1, "sip:y", Outcome.OK, "sip:y")),
                new Story(
                        "the same REGISTER again",
                        register(0, "a", 1, "sip:x", Outcome.OK, "sip:x"),
                        register(1, "a", 1, "sip:x", Outcome.OK, "sip:x")),
                new Story(
                        "same CSeq, another contact of the same Call-ID",
                        register(0, "a", 1, "sip:x", Outcome.OK, "sip:x"),
                        register(1, "a", 1, "-sip:x", Outcome.OUT_OF_ORDER, "sip:x")),
                new Story(
                        "lower CSeq of the same Call-ID",
                        register(0, "a", 2, "sip:x", Outcome.OK, "sip:x"),
                        register(1, "a", 1, "sip:x", Outcome.OUT_OF_ORDER, "sip:x")),
                new Story(
                        "lower CSeq of another Call-ID: the phone has started again",
                        register(0, "a", 20, "sip:x", Outcome.OK, "sip:x"),
                        register(1, "b", 1, "sip:x", Outcome.OK, "sip:x"),
                        register(2, "a", 21, "sip:x", Outcome.OK, "sip:x")),
                new Story(
                        "several contacts, one of them late: none is written",
                        register(0, "a", 5, "sip:x", Outcome.OK, "sip:x"),
                        register(1, "a", 4, "sip:y sip:x", Outcome.OUT_OF_ORDER, "sip:x")),
                new Story(
                        "several contacts at once, one goes",
                        register(0, "a", 1, "sip:x sip:y", Outcome.OK, "sip:x", "sip:y"),
                        register(1, "a", 2, "-sip:x sip:z", Outcome.OK, "sip:y", "sip:z")),
                new Story(
                        "removal, and its retry",
                        register(0, "a", 1, "sip:x", Outcome.OK, "sip:x"),
                        register(1, "a", 2, "-sip:x", Outcome.OK),
                        register(2, "a", 2, "-sip:x", Outcome.OK)),
                new Story(
                        "a late save after its removal",
                        register(0, "a", 1, "sip:x", Outcome.OK, "sip:x"),
                        register(1, "a", 3, "-sip:x", Outcome.OK),
                        register(2, "a", 2, "sip:x", Outcome.OUT_OF_ORDER),
                        register(3, "a", 4, "sip:x", Outcome.OK, "sip:x")),
                new Story(
                        "a removal that overtook the registration",
                        register(0, "a", 2, "-sip:x", Outcome.OK),
                        register(1, "a", 1, "sip:x", Outcome.OUT_OF_ORDER)),
                new Story(
                        "removed, and here again under another Call-ID",
                        register(0, "a", 1, "sip:x", Outcome.OK, "sip:x"),
                        register(1, "a", 2, "-sip:x", Outcome.OK),
                        register(2, "b", 1, "sip:x", Outcome.OK, "sip:x")),
                new Story(
                        "star",
                        register(0, "a", 1, "sip:x sip:y", Outcome.OK, "sip:x", "sip:y"),
                        register(1, "a", 2, "*", Outcome.OK),
                        register(2, "a", 2, "*", Outcome.OK),
                        register(3, "a", 1, "sip:x", Outcome.OUT_OF_ORDER)),
                new Story(
                        "star of an older CSeq",
                        register(0, "a", 5, "sip:x", Outcome.OK, "sip:x"),
                        register(1, "a", 5, "*", Outcome.OUT_OF_ORDER, "sip:x"),
                        register(2, "b", 1, "*", Outcome.OK)),
                new Story("star of nothing", register(0, "a", 1, "*", Outcome.OK)),
                new Story(
                        "more contacts than allowed: none is written",
                        register(0, "a", 1, "sip:x", 2, Outcome.OK, "sip:x"),
                        register(1, "a", 2, "sip:y sip:z", 2, Outcome.TOO_MANY, "sip:x"),
                        register(2, "a", 3, "sip:y", 2, Outcome.OK, "sip:x", "sip:y"),
                        register(3, "a", 4, "sip:y", 1, Outcome.OK, "sip:x", "sip:y"),
                        register(4, "b", 1, "-sip:x sip:z", 2, Outcome.OK, "sip:y", "sip:z")));
    }

    @ParameterizedTest
    @MethodSource("stories")
    void asTheRfcHasIt(Story story) {
        Optional<BindingSet> entry = Optional.empty();
        for (Step step : story.steps()) {
            Save save = new Save(step.saving(), NOW + step.second() * 1000, "node-a");
            Rule.Outcome<BindingSet, Written> first = BindingRules.save(entry, save);
            Written answer = first.answer();
            assertThat(answer.outcome()).as("second %d", step.second()).isEqualTo(step.outcome());
            assertThat(answer.bindings().bindings().stream().map(Binding::contact))
                    .as("second %d", step.second())
                    .containsExactly(step.contacts());
            entry = first.write().or(optional(entry));
            // The owner died before its answer arrived: the rule runs again on what it wrote.
            Rule.Outcome<BindingSet, Written> again = BindingRules.save(entry, save);
            assertThat(again.answer().outcome()).isEqualTo(answer.outcome());
            assertThat(again.answer().bindings()).isEqualTo(answer.bindings());
            assertThat(again.write().or(optional(entry))).isEqualTo(entry);
        }
    }

    private static java.util.function.Supplier<Optional<BindingSet>> optional(Optional<BindingSet> entry) {
        return () -> entry;
    }

    private static BindingSet saved(Optional<BindingSet> entry, long nowMillis, Binding... bindings) {
        Saving saving =
                new Saving(AOR, bindings[0].callId(), bindings[0].cseq(), false, Arrays.asList(bindings), List.of(), 0);
        return BindingRules.save(entry, new Save(saving, nowMillis, "node-a"))
                .write()
                .orElseThrow();
    }

    @Test
    void anInstanceWithItsRegIdIsOneBindingWhateverItsContact() {
        BindingSet set = saved(Optional.empty(), NOW, contact("sip:x:1", "a", 1, NOW + 9_000, "<urn:uuid:1>", 1));
        set = saved(Optional.of(set), NOW + 1, contact("sip:x:2", "b", 1, NOW + 9_000, "<urn:uuid:1>", 1));
        set = saved(Optional.of(set), NOW + 2, contact("sip:x:3", "c", 1, NOW + 9_000, "<urn:uuid:1>", 2));
        assertThat(set.live(AOR, NOW + 3).bindings().stream().map(Binding::contact))
                .containsExactly("sip:x:2", "sip:x:3");
    }

    @Test
    void whatIsPutWithAnEndThatIsPastIsRemoved() {
        BindingSet set = saved(Optional.empty(), NOW, contact("sip:x", "a", 1, NOW + 9_000));
        set = saved(Optional.of(set), NOW + 1, contact("sip:x", "a", 2, 0));
        assertThat(set.bindings()).isEmpty();
        assertThat(set.tombstones()).hasSize(1);
    }

    @Test
    void aTombstoneEndsNotBeforeTheBindingWouldHave() {
        long end = NOW + 7_200_000;
        BindingSet set = saved(Optional.empty(), NOW, contact("sip:x", "a", 1, end));
        assertThat(set.untilMillis()).isEqualTo(end);
        set = saved(Optional.of(set), NOW + 1, contact("sip:x", "a", 2, 0));
        assertThat(set.untilMillis()).isEqualTo(end);
        BindingSet unknown = saved(Optional.empty(), NOW, contact("sip:x", "a", 1, 0));
        assertThat(unknown.untilMillis()).isEqualTo(NOW + BindingSet.TOMBSTONE_MILLIS);
    }

    @Test
    void aFailedBindingGoesUnlessItWasWrittenAnew() {
        BindingSet set = saved(Optional.empty(), NOW, contact("sip:x", "a", 1, NOW + 9_000));
        long seen = set.bindings().getFirst().version();
        BindingSet anew = saved(Optional.of(set), NOW + 1, contact("sip:x", "a", 2, NOW + 9_000));
        Remove asked = new Remove(new Removing(AOR, "sip:x", seen), NOW + 2, "node-b");
        Rule.Outcome<BindingSet, Boolean> refused = BindingRules.remove(Optional.of(anew), asked);
        assertThat(refused.answer()).isFalse();
        assertThat(refused.write()).isEmpty();
        Rule.Outcome<BindingSet, Boolean> done = BindingRules.remove(Optional.of(set), asked);
        assertThat(done.answer()).isTrue();
        BindingSet after = done.write().orElseThrow();
        assertThat(after.bindings()).isEmpty();
        Rule.Outcome<BindingSet, Boolean> again = BindingRules.remove(Optional.of(after), asked);
        assertThat(again.answer()).isTrue();
        assertThat(again.write()).isEmpty();
        assertThat(saved(Optional.of(after), NOW + 3, contact("sip:x", "a", 2, NOW + 9_000))
                        .bindings())
                .as("the phone's next REGISTER brings it back")
                .hasSize(1);
    }

    @Test
    void versionsGrowAlsoWhereTheClockIsBehind() {
        BindingSet set = saved(Optional.empty(), NOW, contact("sip:x", "a", 1, NOW + 9_000));
        BindingSet next = saved(Optional.of(set), NOW - 5_000, contact("sip:x", "a", 2, NOW + 9_000));
        assertThat(next.version()).isGreaterThan(set.version());
        assertThat(next.bindings().getFirst().version()).isEqualTo(next.version());
    }

    @Test
    void theBestIsTheHigherQThenTheLastWritten() {
        BindingSet set = BindingSet.NONE;
        List<String> uris = List.of("sip:c", "sip:a", "sip:b");
        for (int i = 0; i < uris.size(); i++) {
            set = saved(Optional.of(set), NOW + i, contact(uris.get(i), "call" + i, 1, NOW + 9_000));
        }
        Binding low =
                TestBinding.at("sip:low").q(200).until(NOW + 9_000).by("low", 1).build();
        set = saved(Optional.of(set), NOW + 5, low);
        assertThat(set.best(AOR, NOW + 6).bindings().stream().map(Binding::contact))
                .containsExactly("sip:b", "sip:a", "sip:c", "sip:low");
        assertThat(set.live(AOR, NOW + 6).bindings().stream().map(Binding::contact))
                .containsExactly("sip:a", "sip:b", "sip:c", "sip:low");
    }

    @Test
    void tombstonesAreBounded() {
        BindingSet set = BindingSet.NONE;
        for (int i = 0; i < 3 * BindingSet.TOMBSTONE_LIMIT; i++) {
            set = saved(Optional.of(set), NOW + i, contact("sip:x" + i, "a", i, 0));
        }
        assertThat(set.tombstones()).hasSize(BindingSet.TOMBSTONE_LIMIT);
        assertThat(set.tombstones())
                .as("the newest stay")
                .allMatch(each -> each.cseq() >= 2 * BindingSet.TOMBSTONE_LIMIT);
    }

    @Test
    void whatIsTooLargeIsRefused() {
        Binding large = contact("sip:" + "a".repeat(Location.TEXT_LIMIT), "a", 1, NOW);
        Saving tooLong = new Saving(AOR, "a", 1, false, List.of(large), List.of(), 0);
        assertThatThrownBy(() -> BindingRules.check(tooLong)).isInstanceOf(Malformed.class);
        Saving tooMany =
                new Saving(AOR, "a", 1, false, List.of(), Collections.nCopies(Location.CONTACT_LIMIT + 1, "sip:x"), 0);
        assertThatThrownBy(() -> BindingRules.check(tooMany)).isInstanceOf(Malformed.class);
        BindingRules.check(new Saving(AOR, "a", 1, false, List.of(), List.of("sip:ä".repeat(500)), 0));
    }
}
