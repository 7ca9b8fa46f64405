package dev.millrace.platform.contracts;

import static dev.millrace.platform.contracts.Codec.BOOL;
import static dev.millrace.platform.contracts.Codec.I64;
import static dev.millrace.platform.contracts.Codec.TEXT;
import static dev.millrace.platform.contracts.Codec.U16;

import java.util.List;

/**
 * What is going on: the records of calls (INVITE dialogs of RFC 3261) and the questions about them, served by the nodes with
 * the role {@code proxy}. A call is owned by one node: the one that forwarded its INVITE, or the one that took it over when
 * that one was lost. The owner keeps the record in memory, and once the call is answered also in the table {@value #TABLE},
 * where the others find who owns it.
 */
public final class Calls {
    /** The table of answered calls, by {@link Call#key()}. */
    public static final String TABLE = "passing.calls";

    /** Most calls in one answer to {@link #LIST}. */
    public static final int PAGE_LIMIT = 1_000;

    /** Characters of an address in a record; what is longer is cut. */
    public static final int ADDRESS_LIMIT = 256;

    private Calls() {}

    /** Who or what ended a call or an attempt at one. */
    public enum EndedBy {
        /** It still goes on. */
        NOBODY,
        /** BYE or CANCEL of the caller. */
        CALLER,
        /** BYE or refusal of the callee. */
        CALLEE,
        /** No BYE came: its session timer (RFC 4028) or the longest time of a call ran out. */
        EXPIRY,
        /** We did: nobody there, nobody answered, not allowed. */
        PROXY
    }

    /**
     * Who talks to whom: addresses of record in canonical form, so that no header text of a peer travels further.
     *
     * @param caller the authenticated identity, else what From claimed
     * @param callee what was dialled
     * @param callerTag short hash of the caller's tag: says who of the two sent a BYE
     * @param calleeTag short hash of the tag of the callee who answered; empty until then
     */
    public record Parties(String caller, String callee, String callerTag, String calleeTag) {
        public static final Codec<Parties> CODEC = RecordCodec.of(
                TEXT,
                Parties::caller,
                TEXT,
                Parties::callee,
                TEXT,
                Parties::callerTag,
                TEXT,
                Parties::calleeTag,
                Parties::new);
    }

    /** When what happened, milliseconds of the Unix epoch; 0 for what has not happened. */
    public record Times(long start, long ring, long answer, long end) {
        public static final Codec<Times> CODEC =
                RecordCodec.of(I64, Times::start, I64, Times::ring, I64, Times::answer, I64, Times::end, Times::new);
    }

    /**
     * How it ended.
     *
     * @param code the final status of the INVITE, 0 until there is one
     * @param branches phones and peers that were tried
     */
    public record Outcome(EndedBy by, int code, int branches) {
        public static final Codec<Outcome> CODEC = RecordCodec.of(
                Codec.enumeration(EndedBy.class),
                Outcome::by,
                U16,
                Outcome::code,
                U16,
                Outcome::branches,
                Outcome::new);
    }

    /**
     * One call.
     *
     * @param id the short public id that logs and pages show
     * @param key a hash of Call-ID and the caller's tag: names the call in the table
     * @param node its owner
     * @param expiresAt when it counts as ended if nobody says BYE or refreshes it, milliseconds of the Unix epoch
     * @param version grows with every change
     */
    public record Call(
            String id,
            String key,
            String node,
            Parties parties,
            Times times,
            Outcome outcome,
            long expiresAt,
            long version) {
        public static final Codec<Call> CODEC = RecordCodec.of(
                TEXT,
                Call::id,
                TEXT,
                Call::key,
                TEXT,
                Call::node,
                Parties.CODEC,
                Call::parties,
                Times.CODEC,
                Call::times,
                Outcome.CODEC,
                Call::outcome,
                I64,
                Call::expiresAt,
                I64,
                Call::version,
                Call::new);

        /** Whether somebody answered and nobody hung up. */
        public boolean talking() {
            return times.answer() > 0 && times.end() == 0;
        }

        /** How far it is. */
        public Stage stage() {
            if (times.end() > 0) {
                return Stage.ENDED;
            }
            if (times.answer() > 0) {
                return Stage.TALKING;
            }
            return times.ring() > 0 ? Stage.RINGING : Stage.TRYING;
        }
    }

    /**
     * A BYE was answered, or a refresh moved the expiry.
     *
     * @param senderTag short hash of the tag of who sent the request
     * @param recipientTag short hash of the tag of who received it
     */
    public record Dialog(String key, String senderTag, String recipientTag) {
        public static final Codec<Dialog> CODEC =
                RecordCodec.of(TEXT, Dialog::key, TEXT, Dialog::senderTag, TEXT, Dialog::recipientTag, Dialog::new);
    }

    /** The dialog has a later (or earlier) expiry now, milliseconds of the Unix epoch. */
    public record Refresh(Dialog dialog, long expiresAt) {
        public static final Codec<Refresh> CODEC =
                RecordCodec.of(Dialog.CODEC, Refresh::dialog, I64, Refresh::expiresAt, Refresh::new);
    }

    /** How far a call is. */
    public enum Stage {
        /** For a question: all of them. */
        ANY,
        /** Nothing but 100 was heard. */
        TRYING,
        /** A phone rings. */
        RINGING,
        /** Somebody answered. */
        TALKING,
        /** It is over. */
        ENDED
    }

    /**
     * Which calls are asked for, the newest first.
     *
     * @param party an address of record, or the user part of one: caller or callee; empty for all
     * @param before only calls that began earlier, milliseconds of the Unix epoch, or then and with a smaller id
     * @param beforeId empty for none of that very millisecond
     * @param limit at most, up to {@link #PAGE_LIMIT}
     */
    public record Listing(String party, Stage stage, long before, String beforeId, int limit) {
        public static final Codec<Listing> CODEC = RecordCodec.of(
                TEXT,
                Listing::party,
                Codec.enumeration(Stage.class),
                Listing::stage,
                I64,
                Listing::before,
                TEXT,
                Listing::beforeId,
                U16,
                Listing::limit,
                Listing::new);
    }

    /**
     * Some calls of a node.
     *
     * @param total how many of the node's calls match, whenever they began
     */
    public record Page(List<Call> calls, long total) {
        public static final Codec<Page> CODEC =
                RecordCodec.of(Codec.list(Call.CODEC), Page::calls, I64, Page::total, Page::new);

        public Page {
            calls = List.copyOf(calls);
        }
    }

    /** The calls that the asked node owns. */
    public static final Question<Listing, Page> LIST = Question.ofNode("calls.list.v1", Listing.CODEC, Page.CODEC);

    /** Told to a call's owner: a BYE went through. The answer is whether the asked node owned it and the tags were its own. */
    public static final Question<Dialog, Boolean> ENDED = Question.ofNode("calls.ended.v1", Dialog.CODEC, BOOL);

    /** Told to a call's owner: a refresh went through (RFC 4028). */
    public static final Question<Refresh, Boolean> REFRESHED =
            Question.ofNode("calls.refreshed.v1", Refresh.CODEC, BOOL);
}
