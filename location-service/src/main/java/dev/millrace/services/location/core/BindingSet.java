package dev.millrace.services.location.core;

import dev.millrace.platform.contracts.Codec;
import dev.millrace.platform.contracts.Location;
import dev.millrace.platform.contracts.Location.Binding;
import dev.millrace.platform.contracts.Location.Bindings;
import dev.millrace.protocols.wire.Malformed;
import dev.millrace.protocols.wire.Reader;
import dev.millrace.protocols.wire.Writer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What the map has for an address of record: our own wire protocol between different versions of us. Bindings and tombstones
 * stand in the order of their identities, so that equal sets are equal bytes.
 *
 * @param version of the last write, see {@link Version}
 * @param bindings expired ones perhaps included, which count as none
 * @param tombstones what was removed, each for as long as it could come back from a split, a late message or a disk
 */
public record BindingSet(long version, List<Binding> bindings, List<Tombstone> tombstones) {
    /** An address that was never there. */
    public static final BindingSet NONE = new BindingSet(0, List.of(), List.of());

    /** Tombstones of one address; beyond it the oldest go. */
    public static final int TOMBSTONE_LIMIT = 32;

    /** How long a tombstone stays at least, milliseconds: longer than the longest delay of a merge or a repeated question. */
    public static final long TOMBSTONE_MILLIS = 300_000;

    /** Bindings of a merged set: two halves of a split may each have had the most that one may have. */
    static final int MERGED_LIMIT = 2 * Location.CONTACT_LIMIT;

    private static final Comparator<Binding> BEST_FIRST = Comparator.comparingInt(Binding::q1000)
            .thenComparingLong(Binding::version)
            .reversed();

    /** First byte of every value; a reader refuses what it does not know. */
    private static final int FORM = 1;

    public static final Codec<BindingSet> CODEC = Codec.of(BindingSet::encode, BindingSet::decode);

    /**
     * A binding that was removed.
     *
     * @param callId of the REGISTER that removed it, or of the binding when that failed
     * @param untilMillis when it ends: not before the binding itself would have ended, wherever a copy of it lies
     */
    public record Tombstone(String identity, String callId, long cseq, long version, long untilMillis) {}

    public BindingSet {
        bindings = List.copyOf(bindings);
        tombstones = List.copyOf(tombstones);
    }

    /** The bindings that have not expired, in the order of their identities. */
    public Bindings live(String addressOfRecord, long nowMillis) {
        return new Bindings(addressOfRecord, version, live(nowMillis));
    }

    /** The bindings that have not expired, the best first: higher q, then written last. */
    public Bindings best(String addressOfRecord, long nowMillis) {
        List<Binding> best = new ArrayList<>(live(nowMillis));
        best.sort(BEST_FIRST);
        return new Bindings(addressOfRecord, version, best);
    }

    private List<Binding> live(long nowMillis) {
        for (Binding each : bindings) {
            if (!each.live(nowMillis)) {
                return bindings.stream().filter(one -> one.live(nowMillis)).toList();
            }
        }
        return bindings;
    }

    /** When nothing in it matters any more, milliseconds of the Unix epoch. */
    public long untilMillis() {
        long until = 1;
        for (Binding binding : bindings) {
            until = Math.max(until, binding.expiresAtMillis());
        }
        for (Tombstone tombstone : tombstones) {
            until = Math.max(until, tombstone.untilMillis());
        }
        return until;
    }

    /** A binding or what is left of one. */
    private record Part(long version, Optional<Binding> binding, Optional<Tombstone> tombstone) {
        /** Of two parts of one identity the newer; of equal versions the tombstone, then any fixed choice. */
        Part newer(Part other) {
            if (version != other.version) {
                return version > other.version ? this : other;
            }
            if (tombstone.isPresent() != other.tombstone.isPresent()) {
                return tombstone.isPresent() ? this : other;
            }
            return toString().compareTo(other.toString()) >= 0 ? this : other;
        }
    }

    /**
     * Both sides of a split, or memory and disk: of each binding the newer word counts, and a removal is a word. Neither side
     * loses what the other has not heard of.
     */
    public static BindingSet merge(BindingSet left, BindingSet right) {
        Map<String, Part> parts = new TreeMap<>();
        left.parts(parts);
        right.parts(parts);
        List<Binding> bindings = new ArrayList<>();
        List<Tombstone> tombstones = new ArrayList<>();
        for (Part part : parts.values()) {
            part.binding().ifPresent(bindings::add);
            part.tombstone().ifPresent(tombstones::add);
        }
        if (bindings.size() > MERGED_LIMIT) {
            bindings.sort(Comparator.comparingLong(Binding::version).reversed().thenComparing(Binding::identity));
            bindings.subList(MERGED_LIMIT, bindings.size()).clear();
            bindings.sort(Comparator.comparing(Binding::identity));
        }
        return new BindingSet(Math.max(left.version, right.version), bindings, bounded(tombstones));
    }

    private void parts(Map<String, Part> into) {
        for (Binding each : bindings) {
            into.merge(each.identity(), new Part(each.version(), Optional.of(each), Optional.empty()), Part::newer);
        }
        for (Tombstone each : tombstones) {
            into.merge(each.identity(), new Part(each.version(), Optional.empty(), Optional.of(each)), Part::newer);
        }
    }

    static List<Tombstone> bounded(List<Tombstone> tombstones) {
        if (tombstones.size() <= TOMBSTONE_LIMIT) {
            return tombstones;
        }
        List<Tombstone> newest = new ArrayList<>(tombstones);
        newest.sort(Comparator.comparingLong(Tombstone::version).reversed().thenComparing(Tombstone::identity));
        newest.subList(TOMBSTONE_LIMIT, newest.size()).clear();
        newest.sort(Comparator.comparing(Tombstone::identity));
        return newest;
    }

    private static void encode(Writer writer, BindingSet set) {
        writer.u8(FORM).i64(set.version).u8(set.bindings.size());
        for (Binding each : set.bindings) {
            Binding.CODEC.encode(writer, each);
        }
        writer.u8(set.tombstones.size());
        for (Tombstone each : set.tombstones) {
            Codec.TEXT.encode(writer, each.identity);
            Codec.TEXT.encode(writer, each.callId);
            writer.u32(each.cseq).i64(each.version).i64(each.untilMillis);
        }
    }

    private static BindingSet decode(Reader reader) {
        int form = reader.u8();
        if (form != FORM) {
            throw new Malformed("map-value", "form " + form + ", this node knows " + FORM);
        }
        long version = reader.i64();
        int count = reader.u8();
        List<Binding> bindings = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            bindings.add(Binding.CODEC.decode(reader));
        }
        int gone = reader.u8();
        List<Tombstone> tombstones = new ArrayList<>(gone);
        for (int i = 0; i < gone; i++) {
            tombstones.add(new Tombstone(
                    Codec.TEXT.decode(reader), Codec.TEXT.decode(reader), reader.u32(), reader.i64(), reader.i64()));
        }
        return new BindingSet(version, bindings, tombstones);
    }
}
