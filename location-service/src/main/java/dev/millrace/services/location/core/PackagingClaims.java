package dev.millrace.services.location.core;

import dev.millrace.platform.contracts.Packagings.Claimed;
import dev.millrace.platform.contracts.Packagings.Claiming;
import dev.millrace.platform.contracts.Packagings.Packaging;
import dev.millrace.platform.contracts.Packagings.Releasing;
import java.util.Optional;

/**
 * The rules of packaging claims. Segment number, discontinuities and target duration (RFC 8216 section 4.3.3) go on from one
 * owner to the next, also across a release while its tombstone lasts: a player that paused finds the same numbering.
 */
public final class PackagingClaims {
    private PackagingClaims() {}

    /** Makes the asked node the packager, under the next epoch. */
    public static Decision<Packaging, Claimed> claim(Optional<Held<Packaging>> entry, Claiming asked, Moment now) {
        if (entry.isEmpty()) {
            long epoch = Math.max(now.firstEpoch(), asked.seen() + 1);
            return granted(new Packaging(asked.path(), epoch, asked.owner(), -1, 0, 0), 0, now);
        }
        Held<Packaging> held = entry.get();
        Packaging current = held.value();
        boolean free = held.gone() && (asked.seen() == 0 || asked.seen() >= current.epoch());
        if (free || !held.gone() && asked.seen() == current.epoch()) {
            long epoch = Math.max(current.epoch(), asked.seen()) + 1;
            return granted(owned(current, epoch, asked.owner()), held.version(), now);
        }
        // The owner itself may ask again: for the claim that it made, its answer having been lost.
        boolean same = !held.gone()
                && current.owner().equals(asked.owner())
                && (asked.seen() == 0 || current.epoch() == asked.seen() + 1);
        return Decision.stay(new Claimed(same, current));
    }

    /** What the owner has cut; an older word that comes late changes nothing. */
    public static Decision<Packaging, Boolean> cut(Optional<Held<Packaging>> entry, Packaging asked, Moment now) {
        if (entry.isEmpty() || entry.get().gone() || !owns(entry.get().value(), asked)) {
            return Decision.stay(false);
        }
        Held<Packaging> held = entry.get();
        return asked.lastSequence() < held.value().lastSequence() || asked.equals(held.value())
                ? Decision.stay(true)
                : Decision.write(now.hold(held.version(), asked), true);
    }

    /** The end of the packaging: a tombstone that keeps the numbers. */
    public static Decision<Packaging, Boolean> release(Optional<Held<Packaging>> entry, Releasing asked, Moment now) {
        if (entry.isEmpty() || entry.get().value().epoch() != asked.epoch()) {
            return Decision.stay(false);
        }
        Held<Packaging> held = entry.get();
        return held.gone()
                ? Decision.stay(true)
                : Decision.write(now.bury(held.version(), owned(held.value(), asked.epoch(), "")), true);
    }

    private static boolean owns(Packaging current, Packaging asked) {
        return current.epoch() == asked.epoch() && current.owner().equals(asked.owner());
    }

    private static Packaging owned(Packaging was, long epoch, String owner) {
        return new Packaging(was.path(), epoch, owner, was.lastSequence(), was.discontinuities(), was.targetSeconds());
    }

    private static Decision<Packaging, Claimed> granted(Packaging packaging, long seenVersion, Moment now) {
        return Decision.write(now.hold(seenVersion, packaging), new Claimed(true, packaging));
    }
}
