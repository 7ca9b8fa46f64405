package dev.millrace.platform.contracts;

import static dev.millrace.platform.contracts.Codec.BOOL;
import static dev.millrace.platform.contracts.Codec.BYTES;
import static dev.millrace.platform.contracts.Codec.I64;
import static dev.millrace.platform.contracts.Codec.NOTHING;
import static dev.millrace.platform.contracts.Codec.TEXT;
import static dev.millrace.platform.contracts.Codec.U16;
import static dev.millrace.platform.contracts.Codec.U32;

import dev.millrace.platform.contracts.Codec.Nothing;
import java.util.List;
import java.util.Optional;

/**
 * Where is that stream? The questions about stream claims, served by the role {@code location}. The affinity key is the
 * path's text. A claim changes only from the epoch its asker names, so asking twice gives the same result.
 */
public final class Streams {
    private Streams() {}

    /**
     * How one track of a lane is re-stamped so that a publisher that came back continues the numbering its readers know.
     *
     * @param track the track's index
     * @param inputSsrc the SSRC the offsets hold for, 32 bits
     * @param ssrc the SSRC readers see, 32 bits
     * @param sequence added to every sequence number, modulo 2^16
     * @param timestamp added to every RTP timestamp, modulo 2^32
     */
    public record Restamp(int track, long inputSsrc, long ssrc, int sequence, long timestamp) {
        public static final Codec<Restamp> CODEC = RecordCodec.of(
                U16,
                Restamp::track,
                U32,
                Restamp::inputSsrc,
                U32,
                Restamp::ssrc,
                U16,
                Restamp::sequence,
                U32,
                Restamp::timestamp,
                Restamp::new);
    }

    /**
     * Who owns a published stream.
     *
     * @param publicId the short id that logs and pages show
     * @param epoch grows by one with every new owner; who acts under an older one is ignored
     * @param relay the node that is the lane's home
     * @param edge the node the publisher is connected to
     * @param sdp the publisher's description, RFC 4566
     * @param live false while the publisher is away and the path waits for its return
     * @param sinceMillis when the first claim of this path was made, milliseconds of the Unix epoch
     */
    public record Claim(
            StreamPath path,
            String publicId,
            long epoch,
            String relay,
            String edge,
            byte[] sdp,
            List<Restamp> restamps,
            boolean live,
            long sinceMillis) {
        public static final Codec<Claim> CODEC = RecordCodec.of(
                StreamPath.CODEC,
                Claim::path,
                TEXT,
                Claim::publicId,
                I64,
                Claim::epoch,
                TEXT,
                Claim::relay,
                TEXT,
                Claim::edge,
                BYTES,
                Claim::sdp,
                Codec.list(Restamp.CODEC),
                Claim::restamps,
                BOOL,
                Claim::live,
                I64,
                Claim::sinceMillis,
                Claim::new);
    }

    /**
     * Make {@code relay} the owner, if the claim still has the epoch that the asker saw.
     *
     * @param seen the epoch of the claim the asker knows, 0 for none
     * @param publicId used only when there is no claim yet
     */
    public record Claiming(StreamPath path, long seen, String publicId, String relay, String edge, byte[] sdp) {
        public static final Codec<Claiming> CODEC = RecordCodec.of(
                StreamPath.CODEC,
                Claiming::path,
                I64,
                Claiming::seen,
                TEXT,
                Claiming::publicId,
                TEXT,
                Claiming::relay,
                TEXT,
                Claiming::edge,
                BYTES,
                Claiming::sdp,
                Claiming::new);
    }

    /**
     * @param granted whether {@code current} is what was asked for
     * @param current the claim as it is now
     */
    public record Claimed(boolean granted, Claim current) {
        public static final Codec<Claimed> CODEC =
                RecordCodec.of(BOOL, Claimed::granted, Claim.CODEC, Claimed::current, Claimed::new);
    }

    /** What the owner tells about its stream; ignored unless {@code epoch} is the claim's. */
    public record Updating(StreamPath path, long epoch, String edge, byte[] sdp, List<Restamp> restamps, boolean live) {
        public static final Codec<Updating> CODEC = RecordCodec.of(
                StreamPath.CODEC,
                Updating::path,
                I64,
                Updating::epoch,
                TEXT,
                Updating::edge,
                BYTES,
                Updating::sdp,
                Codec.list(Restamp.CODEC),
                Updating::restamps,
                BOOL,
                Updating::live,
                Updating::new);
    }

    /** The end of a stream; ignored unless {@code epoch} is the claim's. */
    public record Releasing(StreamPath path, long epoch) {
        public static final Codec<Releasing> CODEC =
                RecordCodec.of(StreamPath.CODEC, Releasing::path, I64, Releasing::epoch, Releasing::new);
    }

    /** Tell {@code node} about every change for the next {@code leaseMillis}; asked again before that ends. */
    public record Watching(String node, long leaseMillis) {
        public static final Codec<Watching> CODEC =
                RecordCodec.of(TEXT, Watching::node, I64, Watching::leaseMillis, Watching::new);
    }

    /** A claim as it is now, or its path alone once it is gone. */
    public record Change(StreamPath path, Optional<Claim> claim) {
        public static final Codec<Change> CODEC =
                RecordCodec.of(StreamPath.CODEC, Change::path, Codec.optional(Claim.CODEC), Change::claim, Change::new);
    }

    public static final Question<Claiming, Claimed> CLAIM =
            Question.ofRole("streams.claim.v1", Role.LOCATION, Claiming.CODEC, Claimed.CODEC);
    public static final Question<StreamPath, Optional<Claim>> FIND =
            Question.ofRole("streams.find.v1", Role.LOCATION, StreamPath.CODEC, Codec.optional(Claim.CODEC));
    public static final Question<Nothing, List<Claim>> LIST =
            Question.ofRole("streams.list.v1", Role.LOCATION, NOTHING, Codec.list(Claim.CODEC));
    public static final Question<Updating, Boolean> UPDATE =
            Question.ofRole("streams.update.v1", Role.LOCATION, Updating.CODEC, BOOL);
    public static final Question<Releasing, Boolean> RELEASE =
            Question.ofRole("streams.release.v1", Role.LOCATION, Releasing.CODEC, BOOL);
    public static final Question<Watching, Nothing> WATCH =
            Question.ofRole("streams.watch.v1", Role.LOCATION, Watching.CODEC, NOTHING);
    /** Told to a watching node. */
    public static final Question<Change, Nothing> CHANGED =
            Question.ofNode("streams.changed.v1", Change.CODEC, NOTHING);
}
