package dev.millrace.services.registrar.core;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** The Date header, RFC 3261 section 20.17: one text for all answers of a second. Owned by one event loop. */
public final class Dates {
    private static final DateTimeFormatter FORM =
            DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ROOT);

    private static final long MILLIS = 1_000;

    private long second = Long.MIN_VALUE;
    private String text = "";

    /** @param nowMillis of the Unix epoch */
    public String at(long nowMillis) {
        long now = Math.floorDiv(nowMillis, MILLIS);
        if (now != second) {
            second = now;
            text = FORM.format(Instant.ofEpochSecond(now).atOffset(ZoneOffset.UTC));
        }
        return text;
    }
}
