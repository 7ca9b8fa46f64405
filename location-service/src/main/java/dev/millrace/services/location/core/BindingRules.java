package dev.millrace.services.location.core;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.platform.contracts.Codec;
import dev.millrace.platform.contracts.Location;
import dev.millrace.platform.contracts.Location.Binding;
import dev.millrace.platform.contracts.Location.Bindings;
import dev.millrace.platform.contracts.Location.Outcome;
import dev.millrace.platform.contracts.Location.Removing;
import dev.millrace.platform.contracts.Location.Saving;
import dev.millrace.platform.contracts.RecordCodec;
import dev.millrace.platform.runtime.Rule;
import dev.millrace.protocols.wire.Malformed;
import dev.millrace.services.location.core.BindingSet.Tombstone;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * How the bindings of an address of record change: RFC 3261 section 10.3 steps 6 and 7, decided where the entry lives. A
 * question that comes twice finds its own Call-ID and CSeq and gets the same answer.
 */
public final class BindingRules {
    private BindingRules() {}

    /**
     * @param nowMillis by the clock of the asked node
     * @param node the asked node
     */
    public record Save(Saving saving, long nowMillis, String node) {
        static final Codec<Save> CODEC = RecordCodec.of(
                Saving.CODEC, Save::saving, Codec.I64, Save::nowMillis, Codec.TEXT, Save::node, Save::new);
    }

    /** @param added whether there is a binding now that was not there before */
    public record Written(Outcome outcome, boolean added, Bindings bindings) {
        static final Codec<Written> CODEC = RecordCodec.of(
                Codec.enumeration(Outcome.class),
                Written::outcome,
                Codec.BOOL,
                Written::added,
                Bindings.CODEC,
                Written::bindings,
                Written::new);
    }

    /** As {@link Save}. */
    public record Remove(Removing removing, long nowMillis, String node) {
        static final Codec<Remove> CODEC = RecordCodec.of(
                Removing.CODEC, Remove::removing, Codec.I64, Remove::nowMillis, Codec.TEXT, Remove::node, Remove::new);
    }

    /** What one REGISTER wants. */
    public static final Rule<BindingSet, Save, Written> SAVE =
            new Rule<>("save.v1", Save.CODEC, Written.CODEC, BindingRules::save);

    /** A binding that has failed. */
    public static final Rule<BindingSet, Remove, Boolean> REMOVE =
            new Rule<>("remove.v1", Remove.CODEC, Codec.BOOL, BindingRules::remove);

    /** {@link Malformed} when a question holds more than a binding may. */
    public static void check(Saving saving) {
        if (saving.put().size() + saving.remove().size() > Location.CONTACT_LIMIT) {
            throw new Malformed("saving", "more than " + Location.CONTACT_LIMIT + " contacts");
        }
        check(saving.addressOfRecord());
        check(saving.callId());
        saving.remove().forEach(BindingRules::check);
        for (Binding each : saving.put()) {
            check(each.contact());
            check(each.canonical());
            check(each.callId());
            check(each.received());
            check(each.userAgent());
            check(each.instance());
            check(each.gruu());
            check(each.methods());
            check(each.params());
            each.path().forEach(BindingRules::check);
        }
    }

    /** In UTF-8 a character takes up to three bytes. */
    private static void check(String text) {
        if (text.length() > Location.TEXT_LIMIT / 3 && text.getBytes(UTF_8).length > Location.TEXT_LIMIT) {
            throw new Malformed("saving", "a text of more than " + Location.TEXT_LIMIT + " bytes");
        }
    }

    /** Where one wish stands against what is known of its binding. */
    private enum Order {
        /** It is news. */
        NEW,
        /** It was done before. */
        DONE,
        /** Another REGISTER of the same Call-ID came after it. */
        LATE
    }

    static Rule.Outcome<BindingSet, Written> save(Optional<BindingSet> entry, Save asked) {
        BindingSet set = entry.orElse(BindingSet.NONE);
        if (late(set, asked.saving, asked.nowMillis)) {
            return Rule.Outcome.stay(answer(Outcome.OUT_OF_ORDER, false, set, asked));
        }
        Draft draft = new Draft(set, asked);
        draft.change();
        if (!draft.changed) {
            // Written once more, so that a backup that missed the first time has it too.
            Written same = answer(Outcome.OK, false, set, asked);
            return entry.isEmpty() ? Rule.Outcome.stay(same) : Rule.Outcome.write(set, same);
        }
        int limit = asked.saving.limit() == 0
                ? Location.CONTACT_LIMIT
                : Math.min(asked.saving.limit(), Location.CONTACT_LIMIT);
        if (draft.added && draft.bindings.size() > limit) {
            return Rule.Outcome.stay(answer(Outcome.TOO_MANY, false, set, asked));
        }
        BindingSet next = draft.set();
        return Rule.Outcome.write(next, answer(Outcome.OK, draft.added, next, asked));
    }

    private static Written answer(Outcome outcome, boolean added, BindingSet set, Save asked) {
        return new Written(outcome, added, set.live(asked.saving.addressOfRecord(), asked.nowMillis));
    }

    private static boolean late(BindingSet set, Saving saving, long nowMillis) {
        if (saving.all()) {
            // Step 6. Its own tombstones say that this very request was here.
            boolean done = set.tombstones().stream()
                    .anyMatch(each -> each.callId().equals(saving.callId()) && each.cseq() == saving.cseq());
            return !done
                    && set.bindings().stream()
                            .anyMatch(each -> each.callId().equals(saving.callId()) && each.cseq() >= saving.cseq());
        }
        for (Binding wish : saving.put()) {
            if (order(set, saving, wish.identity(), kept(wish, nowMillis)) == Order.LATE) {
                return true;
            }
        }
        for (String identity : saving.remove()) {
            if (order(set, saving, identity, Optional.empty()) == Order.LATE) {
                return true;
            }
        }
        return false;
    }

    /** The wish, unless it is one to remove the binding. */
    private static Optional<Binding> kept(Binding wish, long nowMillis) {
        return wish.live(nowMillis) ? Optional.of(wish) : Optional.empty();
    }

    /** Step 7. @param wish empty to remove it */
    private static Order order(BindingSet set, Saving saving, String identity, Optional<Binding> wish) {
        for (Binding known : set.bindings()) {
            if (known.identity().equals(identity)) {
                boolean same = wish.isPresent() && wish.get().contact().equals(known.contact());
                return order(saving, known.callId(), known.cseq(), same);
            }
        }
        for (Tombstone gone : set.tombstones()) {
            if (gone.identity().equals(identity)) {
                return order(saving, gone.callId(), gone.cseq(), wish.isEmpty());
            }
        }
        return Order.NEW;
    }

    private static Order order(Saving saving, String callId, long cseq, boolean same) {
        if (!callId.equals(saving.callId()) || cseq < saving.cseq()) {
            return Order.NEW;
        }
        return cseq == saving.cseq() && same ? Order.DONE : Order.LATE;
    }

    /** The set while one question changes it. */
    private static final class Draft {
        private final BindingSet before;
        private final Save asked;
        private final long version;
        private final Map<String, Binding> bindings = new TreeMap<>();
        private final Map<String, Tombstone> tombstones = new TreeMap<>();
        private boolean changed;
        private boolean added;

        Draft(BindingSet before, Save asked) {
            this.before = before;
            this.asked = asked;
            this.version = Version.next(before.version(), asked.nowMillis, asked.node);
            for (Binding each : before.bindings()) {
                if (each.live(asked.nowMillis)) {
                    bindings.put(each.identity(), each);
                }
            }
            for (Tombstone each : before.tombstones()) {
                if (each.untilMillis() > asked.nowMillis) {
                    tombstones.put(each.identity(), each);
                }
            }
        }

        void change() {
            Saving saving = asked.saving;
            if (saving.all()) {
                List.copyOf(bindings.keySet()).forEach(this::remove);
                return;
            }
            for (Binding wish : saving.put()) {
                String identity = wish.identity();
                Optional<Binding> kept = kept(wish, asked.nowMillis);
                if (order(before, saving, identity, kept) == Order.NEW) {
                    if (kept.isPresent()) {
                        put(wish);
                    } else {
                        remove(identity);
                    }
                }
            }
            for (String identity : saving.remove()) {
                if (order(before, saving, identity, Optional.empty()) == Order.NEW) {
                    remove(identity);
                }
            }
        }

        private void put(Binding wish) {
            Binding now = wish.written(asked.nowMillis, version);
            added |= bindings.put(now.identity(), now) == null;
            tombstones.remove(now.identity());
            changed = true;
        }

        /** What is not there leaves a tombstone too: the REGISTER that would have added it may be on its way. */
        private void remove(String identity) {
            Binding was = bindings.remove(identity);
            tombstones.put(identity, bury(identity, was, asked.saving.callId(), asked.saving.cseq()));
            changed = true;
        }

        private Tombstone bury(String identity, @Nullable Binding was, String callId, long cseq) {
            long until = asked.nowMillis + BindingSet.TOMBSTONE_MILLIS;
            return new Tombstone(
                    identity, callId, cseq, version, was == null ? until : Math.max(until, was.expiresAtMillis()));
        }

        BindingSet set() {
            return new BindingSet(
                    version, List.copyOf(bindings.values()), BindingSet.bounded(List.copyOf(tombstones.values())));
        }
    }

    static Rule.Outcome<BindingSet, Boolean> remove(Optional<BindingSet> entry, Remove asked) {
        BindingSet set = entry.orElse(BindingSet.NONE);
        Optional<Binding> found = set.bindings().stream()
                .filter(each -> each.identity().equals(asked.removing.identity()) && each.live(asked.nowMillis))
                .findFirst();
        if (found.isEmpty()) {
            return Rule.Outcome.stay(true);
        }
        Binding was = found.get();
        if (asked.removing.version() != 0 && asked.removing.version() != was.version()) {
            return Rule.Outcome.stay(false);
        }
        long version = Version.next(set.version(), asked.nowMillis, asked.node);
        List<Binding> bindings = new ArrayList<>(set.bindings());
        bindings.remove(was);
        List<Tombstone> tombstones = new ArrayList<>(set.tombstones());
        tombstones.removeIf(each -> each.untilMillis() <= asked.nowMillis);
        tombstones.add(new Tombstone(
                was.identity(),
                was.callId(),
                was.cseq(),
                version,
                Math.max(asked.nowMillis + BindingSet.TOMBSTONE_MILLIS, was.expiresAtMillis())));
        tombstones.sort(Comparator.comparing(Tombstone::identity));
        return Rule.Outcome.write(new BindingSet(version, bindings, BindingSet.bounded(tombstones)), true);
    }
}
