package dev.millrace.platform.contracts;

import static dev.millrace.platform.contracts.Codec.BOOL;
import static dev.millrace.platform.contracts.Codec.I64;
import static dev.millrace.platform.contracts.Codec.NOTHING;
import static dev.millrace.platform.contracts.Codec.TEXT;
import static dev.millrace.platform.contracts.Codec.U16;

import dev.millrace.platform.contracts.Codec.Nothing;
import dev.millrace.platform.contracts.Flows.FlowRef;
import dev.millrace.protocols.wire.Malformed;
import dev.millrace.protocols.wire.Reader;
import dev.millrace.protocols.wire.Writer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Where is that person? The bindings of an address of record (RFC 3261 section 10), served by the role {@code location}. The
 * affinity key is the address of record in its canonical form, {@code sip:alice@example.com}. Asking twice gives the same
 * result.
 */
public final class Location {
    /** Bindings of one address of record, at most, whatever the asker's own limit is. */
    public static final int CONTACT_LIMIT = 100;

    /** Bytes of one text of a binding. */
    public static final int TEXT_LIMIT = 4_096;

    /** Addresses of one Path. */
    public static final int PATH_LIMIT = 16;

    /** Addresses of record in one answer to {@link #LIST}. */
    public static final int PAGE_LIMIT = 1_000;

    /** Longest lease of {@link #WATCH}, milliseconds. */
    public static final long LEASE_LIMIT = 300_000;

    private Location() {}

    /**
     * One contact of an address of record. Texts that are not known are empty.
     *
     * @param contact the URI of the Contact as it was registered: what a request for it gets as Request-URI
     * @param q1000 its preference, 0 to 1000 (RFC 3261 section 20.10)
     * @param expiresAtMillis when it ends, milliseconds of the Unix epoch; in {@link Saving} one not after now removes it
     * @param callId the Call-ID of the REGISTER that wrote it
     * @param cseq and its CSeq number
     * @param path the Path of the REGISTER, first hop first (RFC 3327)
     * @param flow the flow that the REGISTER came by, when requests must go back over it
     * @param received where the REGISTER came from: {@code 192.0.2.1:5060}
     * @param instance the instance id (RFC 5626 section 4.1)
     * @param regId the reg-id (RFC 5626 section 4.2), 0 for none
     * @param gruu what the registrar needs to make the GRUUs again (RFC 5627)
     * @param methods the methods parameter (RFC 3840)
     * @param registeredAtMillis when it was last written; location-service sets it
     * @param canonical the form under which two contacts are the same (RFC 3261 section 19.1.4); empty for the contact itself
     * @param params the Contact's other parameters, as they stood
     * @param version grows with every write (a hybrid clock); location-service sets it
     */
    public record Binding(
            String contact,
            int q1000,
            long expiresAtMillis,
            String callId,
            long cseq,
            List<String> path,
            Optional<FlowRef> flow,
            String received,
            String userAgent,
            String instance,
            int regId,
            String gruu,
            String methods,
            long registeredAtMillis,
            String canonical,
            String params,
            long version) {
        public static final Codec<Binding> CODEC = Codec.of(Binding::encode, Binding::decode);

        public Binding {
            if (path.size() > PATH_LIMIT) {
                throw new Malformed("binding", "a path of " + path.size() + " hops, at most " + PATH_LIMIT);
            }
            path = List.copyOf(path);
        }

        /** A new one of that contact. */
        public static BindingDraft at(String contact) {
            return new BindingDraft(contact);
        }

        /** What makes it one binding: instance and reg-id where both are given (RFC 5626 section 6), else the contact. */
        public String identity() {
            if (regId > 0 && !instance.isEmpty()) {
                return regId + ";" + instance;
            }
            return canonical.isEmpty() ? contact : canonical;
        }

        /** Whether it has not expired. */
        public boolean live(long nowMillis) {
            return expiresAtMillis > nowMillis;
        }

        /** Whole seconds until it ends, counted up: what a Contact's {@code expires} says. */
        public long secondsLeft(long nowMillis) {
            return Math.ceilDiv(expiresAtMillis - nowMillis, 1_000L);
        }

        /** The same binding as location-service wrote it. */
        public Binding written(long atMillis, long newVersion) {
            return new BindingDraft(this).written(atMillis, newVersion).build();
        }

        private static void encode(Writer writer, Binding it) {
            text(writer, it.contact);
            writer.u16(it.q1000).i64(it.expiresAtMillis);
            text(writer, it.callId);
            writer.u32(it.cseq).u8(it.path.size());
            it.path.forEach(hop -> text(writer, hop));
            FLOW.encode(writer, it.flow);
            text(writer, it.received);
            text(writer, it.userAgent);
            text(writer, it.instance);
            writer.u32(it.regId);
            text(writer, it.gruu);
            text(writer, it.methods);
            writer.i64(it.registeredAtMillis);
            text(writer, it.canonical.equals(it.contact) ? "" : it.canonical);
            text(writer, it.params);
            writer.i64(it.version);
        }

        private static Binding decode(Reader reader) {
            return new Binding(
                    text(reader),
                    reader.u16(),
                    reader.i64(),
                    text(reader),
                    reader.u32(),
                    path(reader),
                    FLOW.decode(reader),
                    text(reader),
                    text(reader),
                    text(reader),
                    reader.i32(),
                    text(reader),
                    text(reader),
                    reader.i64(),
                    text(reader),
                    text(reader),
                    reader.i64());
        }

        private static final Codec<Optional<FlowRef>> FLOW = Codec.optional(FlowRef.CODEC);

        private static List<String> path(Reader reader) {
            int hops = reader.u8();
            if (hops == 0) {
                return List.of();
            }
            List<String> path = new ArrayList<>();
            for (int i = 0; i < hops; i++) {
                path.add(text(reader));
            }
            return path;
        }

        /** Bindings are many and their texts short: two bytes of length, not four. */
        private static void text(Writer writer, String text) {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            if (bytes.length > TEXT_LIMIT) {
                throw new Malformed("binding", "a text of " + bytes.length + " bytes, at most " + TEXT_LIMIT);
            }
            writer.u16(bytes.length).bytes(bytes);
        }

        private static String text(Reader reader) {
            int length = reader.u16();
            return length == 0 ? "" : reader.text(length);
        }
    }

    /**
     * All bindings of an address of record that have not expired; none is an empty list.
     *
     * @param version of the whole set, 0 for one that was never there
     */
    public record Bindings(String addressOfRecord, long version, List<Binding> bindings) {
        public static final Codec<Bindings> CODEC = RecordCodec.of(
                TEXT,
                Bindings::addressOfRecord,
                I64,
                Bindings::version,
                Codec.list(Binding.CODEC),
                Bindings::bindings,
                Bindings::new);
    }

    /**
     * What one REGISTER wants changed: all of it or nothing (RFC 3261 section 10.3 steps 6 and 7).
     *
     * @param callId of the REGISTER; the bindings of {@code put} carry the same one
     * @param cseq of the REGISTER
     * @param all whether every binding is to go: {@code Contact: *}
     * @param put bindings to add or refresh
     * @param remove identities ({@link Binding#identity}) of bindings to remove
     * @param limit bindings that the address of record may have afterwards
     */
    public record Saving(
            String addressOfRecord,
            String callId,
            long cseq,
            boolean all,
            List<Binding> put,
            List<String> remove,
            int limit) {
        public static final Codec<Saving> CODEC = RecordCodec.of(
                TEXT,
                Saving::addressOfRecord,
                TEXT,
                Saving::callId,
                I64,
                Saving::cseq,
                BOOL,
                Saving::all,
                Codec.list(Binding.CODEC),
                Saving::put,
                Codec.list(TEXT),
                Saving::remove,
                U16,
                Saving::limit,
                Saving::new);
    }

    /** What became of a {@link Saving}. New ones go to the end. */
    public enum Outcome {
        /** Written, or written before by the same REGISTER. */
        OK,
        /** A later REGISTER of the same Call-ID has been here; nothing was changed. */
        OUT_OF_ORDER,
        /** The address of record would have more bindings than it may have; nothing was changed. */
        TOO_MANY;

        static final Codec<Outcome> CODEC = Codec.enumeration(Outcome.class);
    }

    /** @param bindings as they are now, also where nothing was changed */
    public record Saved(Outcome outcome, Bindings bindings) {
        public static final Codec<Saved> CODEC =
                RecordCodec.of(Outcome.CODEC, Saved::outcome, Bindings.CODEC, Saved::bindings, Saved::new);
    }

    /**
     * Take away one binding that has failed, unless it was written anew meanwhile.
     *
     * @param version of the binding that the asker saw; 0 for whatever is there
     */
    public record Removing(String addressOfRecord, String identity, long version) {
        public static final Codec<Removing> CODEC = RecordCodec.of(
                TEXT, Removing::addressOfRecord, TEXT, Removing::identity, I64, Removing::version, Removing::new);
    }

    /** Tell {@code node} when a binding of this address is added, for the next {@code leaseMillis}. */
    public record Watching(String addressOfRecord, String node, long leaseMillis) {
        public static final Codec<Watching> CODEC = RecordCodec.of(
                TEXT, Watching::addressOfRecord, TEXT, Watching::node, I64, Watching::leaseMillis, Watching::new);
    }

    /** @param after where to go on: empty, or {@link Page#next} of the page before */
    public record Listing(String after, int limit) {
        public static final Codec<Listing> CODEC =
                RecordCodec.of(TEXT, Listing::after, U16, Listing::limit, Listing::new);
    }

    /**
     * Some addresses of record, in no order that means anything.
     *
     * @param next empty when there are no more
     */
    public record Page(List<Bindings> bindings, String next) {
        public static final Codec<Page> CODEC =
                RecordCodec.of(Codec.list(Bindings.CODEC), Page::bindings, TEXT, Page::next, Page::new);
    }

    public static final Question<Saving, Saved> SAVE =
            Question.ofRole("location.save.v1", Role.LOCATION, Saving.CODEC, Saved.CODEC);
    /** Best first: higher q, then the one written last. The query is the address of record. */
    public static final Question<String, Bindings> LOOKUP =
            Question.ofRole("location.lookup.v1", Role.LOCATION, TEXT, Bindings.CODEC);
    /** In an order that stays the same, for the answer to a REGISTER. The query is the address of record. */
    public static final Question<String, Bindings> FETCH =
            Question.ofRole("location.fetch.v1", Role.LOCATION, TEXT, Bindings.CODEC);
    /** True when that binding is not there any more; false when it was written anew. */
    public static final Question<Removing, Boolean> REMOVE =
            Question.ofRole("location.remove.v1", Role.LOCATION, Removing.CODEC, BOOL);

    /** Whoever looks up after the answer, and then waits, misses nothing. */
    public static final Question<Watching, Nothing> WATCH =
            Question.ofRole("location.watch.v1", Role.LOCATION, Watching.CODEC, NOTHING);
    /** What the asked node of the role tells the others of it. */
    public static final Question<Watching, Nothing> WATCHED =
            Question.ofNode("location.watched.v1", Watching.CODEC, NOTHING);
    /** Told to a watching node: what the watched address has now, best first. */
    public static final Question<Bindings, Nothing> CHANGED =
            Question.ofNode("location.changed.v1", Bindings.CODEC, NOTHING);

    public static final Question<Listing, Page> LIST =
            Question.ofRole("location.list.v1", Role.LOCATION, Listing.CODEC, Page.CODEC);
}
