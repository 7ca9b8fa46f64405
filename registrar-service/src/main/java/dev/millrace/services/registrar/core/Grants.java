package dev.millrace.services.registrar.core;

import java.util.OptionalLong;

/**
 * How long a binding lives: RFC 3261 section 10.3 step 7. All in seconds.
 *
 * @param min the shortest
 * @param max the longest
 * @param otherwise for a contact that asks for nothing
 */
public record Grants(long min, long max, long otherwise) {
    /** An interval of one hour and more is never too brief, whatever the minimum says. */
    public static final long HOUR = 3600;

    /** Share of the asked time that may be taken off, so that phones which came together do not come back together. */
    public static final double SPREAD = 0.1;

    public Grants {
        if (max < min) {
            max = min;
        }
        otherwise = Math.clamp(otherwise, min, max);
    }

    /** Whether the answer has to be 423 (Interval Too Brief). */
    public boolean tooBrief(long asked) {
        return asked > 0 && asked < min && asked < HOUR;
    }

    /** The shortest interval that is never refused: what Min-Expires says. */
    public long least() {
        return Math.min(min, HOUR);
    }

    /**
     * The life that is granted: never more than was asked, and never below the minimum by our doing.
     *
     * @param asked what the contact or the header says, or nothing
     * @param chance from 0 to 1
     */
    public long granted(OptionalLong asked, double chance) {
        long wanted = Math.min(asked.orElse(otherwise), max);
        long shortened = wanted - (long) (wanted * SPREAD * chance);
        return Math.max(shortened, Math.min(wanted, min));
    }
}
