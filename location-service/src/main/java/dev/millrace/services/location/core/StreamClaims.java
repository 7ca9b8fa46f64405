package dev.millrace.services.location.core;

import dev.millrace.platform.contracts.Streams.Claim;
import dev.millrace.platform.contracts.Streams.Claimed;
import dev.millrace.platform.contracts.Streams.Claiming;
import dev.millrace.platform.contracts.Streams.Releasing;
import dev.millrace.platform.contracts.Streams.Updating;
import dev.millrace.protocols.wire.Malformed;
import java.util.List;
import java.util.Optional;

/**
 * The rules of stream claims: who asks under the epoch that the entry has, changes it; everybody else learns what is there.
 * Asking twice gives the same result, because the bus asks again when an answer is late.
 */
public final class StreamClaims {
    /** Bytes of a claim's SDP. */
    public static final int SDP_LIMIT = 65_536;

    /** Tracks of a claim. */
    public static final int TRACK_LIMIT = 64;

    private StreamClaims() {}

    /**
     * Makes the asked relay the owner, under the next epoch. The public id, the time of the first claim and the restamps go on
     * from one owner to the next. A released path goes on from its tombstone's epoch.
     */
    public static Decision<Claim, Claimed> claim(Optional<Held<Claim>> entry, Claiming asked, Moment now) {
        check(asked.sdp(), 0);
        if (entry.isEmpty()) {
            return granted(fresh(asked, Math.max(now.firstEpoch(), asked.seen() + 1), now), 0, now);
        }
        Held<Claim> held = entry.get();
        Claim current = held.value();
        if (!held.gone()) {
            if (asked.seen() == current.epoch()) {
                return granted(next(current, asked), held.version(), now);
            }
            return Decision.stay(new Claimed(sameAsking(current, asked), current));
        }
        if (asked.seen() == 0 || asked.seen() >= current.epoch()) {
            return granted(fresh(asked, Math.max(current.epoch(), asked.seen()) + 1, now), held.version(), now);
        }
        // The asker's own later claim was released meanwhile: its question is an old one. Nobody owns the path.
        return Decision.stay(new Claimed(false, nobody(current)));
    }

    /** What the owner tells about its stream. */
    public static Decision<Claim, Boolean> update(Optional<Held<Claim>> entry, Updating asked, Moment now) {
        check(asked.sdp(), asked.restamps().size());
        if (entry.isEmpty() || entry.get().gone() || entry.get().value().epoch() != asked.epoch()) {
            return Decision.stay(false);
        }
        Held<Claim> held = entry.get();
        Claim was = held.value();
        Claim updated = new Claim(
                was.path(),
                was.publicId(),
                was.epoch(),
                was.relay(),
                asked.edge(),
                asked.sdp(),
                asked.restamps(),
                asked.live(),
                was.sinceMillis());
        return Decision.write(now.hold(held.version(), updated), true);
    }

    /** The end of a stream: a tombstone. */
    public static Decision<Claim, Boolean> release(Optional<Held<Claim>> entry, Releasing asked, Moment now) {
        if (entry.isEmpty() || entry.get().value().epoch() != asked.epoch()) {
            return Decision.stay(false);
        }
        Held<Claim> held = entry.get();
        return held.gone() ? Decision.stay(true) : Decision.write(now.bury(held.version(), nobody(held.value())), true);
    }

    private static Decision<Claim, Claimed> granted(Claim claim, long seenVersion, Moment now) {
        return Decision.write(now.hold(seenVersion, claim), new Claimed(true, claim));
    }

    private static Claim fresh(Claiming asked, long epoch, Moment now) {
        return new Claim(
                asked.path(),
                asked.publicId(),
                epoch,
                asked.relay(),
                asked.edge(),
                asked.sdp(),
                List.of(),
                true,
                now.millis());
    }

    private static Claim next(Claim was, Claiming asked) {
        return new Claim(
                was.path(),
                was.publicId(),
                was.epoch() + 1,
                asked.relay(),
                asked.edge(),
                asked.sdp(),
                was.restamps(),
                true,
                was.sinceMillis());
    }

    /** The claim as a tombstone keeps it, and as one hears of it who came too late: without an owner. */
    private static Claim nobody(Claim was) {
        return new Claim(
                was.path(), was.publicId(), was.epoch(), "", "", new byte[0], List.of(), false, was.sinceMillis());
    }

    /** Whether what is there was made by this very question, asked before: its answer was lost. */
    private static boolean sameAsking(Claim current, Claiming asked) {
        boolean sameOwner =
                current.relay().equals(asked.relay()) && current.edge().equals(asked.edge());
        return sameOwner
                && (asked.seen() == 0
                        ? current.publicId().equals(asked.publicId())
                        : current.epoch() == asked.seen() + 1);
    }

    private static void check(byte[] sdp, int restamps) {
        if (sdp.length > SDP_LIMIT) {
            throw new Malformed("sdp", sdp.length + " bytes, at most " + SDP_LIMIT);
        }
        if (restamps > TRACK_LIMIT) {
            throw new Malformed("restamps", restamps + " tracks, at most " + TRACK_LIMIT);
        }
    }
}
