package dev.millrace.platform.contracts;

import static dev.millrace.platform.contracts.Codec.BOOL;
import static dev.millrace.platform.contracts.Codec.BYTES;
import static dev.millrace.platform.contracts.Codec.I64;
import static dev.millrace.platform.contracts.Codec.NOTHING;
import static dev.millrace.platform.contracts.Codec.TEXT;
import static dev.millrace.platform.contracts.Codec.U32;

import dev.millrace.platform.contracts.Codec.Nothing;
import dev.millrace.platform.contracts.Streams.Restamp;
import java.util.List;

/** The questions that the home of a lane answers; asked of one node, the claim's {@code relay}. Media itself goes over the node link. */
public final class Relay {
    private Relay() {}

    /** Why a lane was or was not opened. */
    public enum Outcome {
        /** Use the ticket at the node link. */
        GRANTED,
        /** Another publisher's packets flow. */
        BUSY,
        /** The relay knows a newer epoch, or does not own the lane any more: find the claim again. */
        STALE,
        /** The relay takes no new lanes: it drains or is full. */
        FULL
    }

    /**
     * A publisher wants to feed the lane.
     *
     * @param epoch the claim's, which names the asked node as relay
     * @param edge the asking node
     * @param restamps how the lane's numbering continues when it moves here from another relay
     * @param override take over from a publisher whose packets flow
     */
    public record Opening(
            StreamPath path,
            String publicId,
            long epoch,
            String edge,
            byte[] sdp,
            List<Restamp> restamps,
            boolean override) {
        public static final Codec<Opening> CODEC = RecordCodec.of(
                StreamPath.CODEC,
                Opening::path,
                TEXT,
                Opening::publicId,
                I64,
                Opening::epoch,
                TEXT,
                Opening::edge,
                BYTES,
                Opening::sdp,
                Codec.list(Restamp.CODEC),
                Opening::restamps,
                BOOL,
                Opening::override,
                Opening::new);
    }

    /** @param ticket 16 random bytes, valid once and for a few seconds */
    public record Ticket(Outcome outcome, byte[] ticket) {
        public static final Codec<Ticket> CODEC =
                RecordCodec.of(Codec.enumeration(Outcome.class), Ticket::outcome, BYTES, Ticket::ticket, Ticket::new);
    }

    /** A node wants the lane's packets, to fan them out to its own readers. */
    public record Tapping(StreamPath path, long epoch, String node) {
        public static final Codec<Tapping> CODEC =
                RecordCodec.of(StreamPath.CODEC, Tapping::path, I64, Tapping::epoch, TEXT, Tapping::node, Tapping::new);
    }

    /** The publisher ends the stream (TEARDOWN), rather than vanishing. */
    public record Closing(StreamPath path, long epoch, String edge) {
        public static final Codec<Closing> CODEC =
                RecordCodec.of(StreamPath.CODEC, Closing::path, I64, Closing::epoch, TEXT, Closing::edge, Closing::new);
    }

    /**
     * @param bitsPerSecond what the publisher sends, over the last second
     * @param readers on all nodes together
     * @param dropped frames that readers were too slow for, since the lane opened
     * @param lost packets the publisher's sequence numbers miss
     */
    public record Stats(
            StreamPath path, long epoch, long bitsPerSecond, long readers, long packets, long lost, long dropped) {
        public static final Codec<Stats> CODEC = RecordCodec.of(
                StreamPath.CODEC,
                Stats::path,
                I64,
                Stats::epoch,
                I64,
                Stats::bitsPerSecond,
                U32,
                Stats::readers,
                I64,
                Stats::packets,
                I64,
                Stats::lost,
                I64,
                Stats::dropped,
                Stats::new);
    }

    /** The relay leaves: the publisher's edge is asked to move the lane elsewhere. */
    public record Rehoming(StreamPath path, long epoch, String relay) {
        public static final Codec<Rehoming> CODEC = RecordCodec.of(
                StreamPath.CODEC, Rehoming::path, I64, Rehoming::epoch, TEXT, Rehoming::relay, Rehoming::new);
    }

    public static final Question<Opening, Ticket> OPEN = Question.ofNode("relay.open.v1", Opening.CODEC, Ticket.CODEC);
    public static final Question<Tapping, Ticket> TAP = Question.ofNode("relay.tap.v1", Tapping.CODEC, Ticket.CODEC);
    public static final Question<Closing, Nothing> CLOSE = Question.ofNode("relay.close.v1", Closing.CODEC, NOTHING);
    public static final Question<Nothing, List<Stats>> STATS =
            Question.ofNode("relay.stats.v1", NOTHING, Codec.list(Stats.CODEC));
    /** Asked of the publisher's edge; true when it moves the lane. */
    public static final Question<Rehoming, Boolean> REHOME = Question.ofNode("relay.rehome.v1", Rehoming.CODEC, BOOL);
}
