package dev.millrace.platform.contracts;

import static dev.millrace.platform.contracts.Codec.BOOL;
import static dev.millrace.platform.contracts.Codec.I64;
import static dev.millrace.platform.contracts.Codec.TEXT;

import java.util.List;
import java.util.Optional;

/**
 * Who packages that stream for HLS? Served by the role {@code location}; the affinity key is the path's text. Written at
 * each cut, so that another packager goes on with the next number when the owner is lost.
 */
public final class Packagings {
    private Packagings() {}

    /**
     * @param epoch grows by one with every new owner
     * @param owner the packager's node
     * @param lastSequence media sequence number of the last finished segment, -1 before the first
     * @param discontinuities how many EXT-X-DISCONTINUITY tags stand before the end of that segment
     * @param targetSeconds EXT-X-TARGETDURATION, which may never change, 0 before the first playlist
     */
    public record Packaging(
            StreamPath path, long epoch, String owner, long lastSequence, long discontinuities, long targetSeconds) {
        public static final Codec<Packaging> CODEC = RecordCodec.of(
                StreamPath.CODEC,
                Packaging::path,
                I64,
                Packaging::epoch,
                TEXT,
                Packaging::owner,
                I64,
                Packaging::lastSequence,
                I64,
                Packaging::discontinuities,
                I64,
                Packaging::targetSeconds,
                Packaging::new);
    }

    /** Make {@code owner} the packager if the claim still has the epoch {@code seen}, 0 for none. */
    public record Claiming(StreamPath path, long seen, String owner) {
        public static final Codec<Claiming> CODEC = RecordCodec.of(
                StreamPath.CODEC, Claiming::path, I64, Claiming::seen, TEXT, Claiming::owner, Claiming::new);
    }

    /** Whether {@code current} is what was asked for, and the claim as it is now. */
    public record Claimed(boolean granted, Packaging current) {
        public static final Codec<Claimed> CODEC =
                RecordCodec.of(BOOL, Claimed::granted, Packaging.CODEC, Claimed::current, Claimed::new);
    }

    /** Ignored unless {@code epoch} is the claim's. */
    public record Releasing(StreamPath path, long epoch) {
        public static final Codec<Releasing> CODEC =
                RecordCodec.of(StreamPath.CODEC, Releasing::path, I64, Releasing::epoch, Releasing::new);
    }

    /** A track that HLS does not carry, and why, in a sentence for people. */
    public record LeftOut(int track, String encoding, String reason) {
        public static final Codec<LeftOut> CODEC =
                RecordCodec.of(Codec.U16, LeftOut::track, TEXT, LeftOut::encoding, TEXT, LeftOut::reason, LeftOut::new);
    }

    public static final Question<Claiming, Claimed> CLAIM =
            Question.ofRole("packagings.claim.v1", Role.LOCATION, Claiming.CODEC, Claimed.CODEC);
    public static final Question<StreamPath, Optional<Packaging>> FIND =
            Question.ofRole("packagings.find.v1", Role.LOCATION, StreamPath.CODEC, Codec.optional(Packaging.CODEC));
    /** The owner's word after each cut; false when another owner has taken over. */
    public static final Question<Packaging, Boolean> CUT =
            Question.ofRole("packagings.cut.v1", Role.LOCATION, Packaging.CODEC, BOOL);

    public static final Question<Releasing, Boolean> RELEASE =
            Question.ofRole("packagings.release.v1", Role.LOCATION, Releasing.CODEC, BOOL);
    /** What HLS would leave out of a stream with this description (SDP bytes). Any packager answers. */
    public static final Question<byte[], List<LeftOut>> LEFT_OUT =
            Question.ofRole("packagings.left-out.v1", Role.HLS_PACKAGER, Codec.BYTES, Codec.list(LeftOut.CODEC));
}
