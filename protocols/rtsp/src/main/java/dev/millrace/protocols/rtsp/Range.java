package dev.millrace.protocols.rtsp;

import dev.millrace.protocols.wire.HeaderKey;
import dev.millrace.protocols.wire.Malformed;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoField;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Range, RFC 2326 section 12.29, in one of the three units of section 3.5 to 3.7. A {@code ;time=} is stepped over. */
public sealed interface Range {
    HeaderKey<Range> KEY = new HeaderKey<>("Range", "", Range::parse, Range::encode);
    /** Characters of the value. */
    int MAX_LENGTH = 128;

    /**
     * Normal play time, section 3.6.
     *
     * @param start or null for "now"; zero where only the end is said
     * @param end or null for open
     */
    record Npt(@Nullable Duration start, @Nullable Duration end) implements Range {
        /** From now on: what a live stream is played at. */
        public static final Npt NOW = new Npt(null, null);

        @Override
        public String encode() {
            return "npt=" + (start == null ? "now" : seconds(start)) + "-" + (end == null ? "" : seconds(end));
        }

        private static String seconds(Duration time) {
            return String.format(Locale.ROOT, "%d.%03d", time.toSeconds(), time.toMillisPart());
        }
    }

    /**
     * Absolute time, section 3.7.
     *
     * @param end or null for open
     */
    record Clock(Instant start, @Nullable Instant end) implements Range {
        private static final DateTimeFormatter FORMAT =
                DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss", Locale.ROOT).withZone(ZoneOffset.UTC);

        @Override
        public String encode() {
            return "clock=" + show(start) + "-" + (end == null ? "" : show(end));
        }

        private static String show(Instant time) {
            int millis = time.get(ChronoField.MILLI_OF_SECOND);
            return FORMAT.format(time) + (millis == 0 ? "" : String.format(Locale.ROOT, ".%03d", millis)) + "Z";
        }

        private static Instant instant(String text) {
            if (text.length() < 16 || text.length() > 26 || !text.endsWith("Z")) {
                throw new Malformed("range", "an absolute time, not " + Malformed.quote(text));
            }
            try {
                Instant whole =
                        LocalDateTime.parse(text.substring(0, 15), FORMAT).toInstant(ZoneOffset.UTC);
                String fraction = text.substring(15, text.length() - 1);
                return fraction.isEmpty() ? whole : whole.plusMillis(thousandths(fraction));
            } catch (DateTimeException wrong) {
                throw new Malformed("range", "an absolute time, not " + Malformed.quote(text));
            }
        }
    }

    /**
     * Time code, section 3.5: kept as text, because nothing here counts frames.
     *
     * @param type {@code smpte}, {@code smpte-25} or {@code smpte-30-drop}
     * @param end empty for open
     */
    record Smpte(String type, String start, String end) implements Range {
        @Override
        public String encode() {
            return type + "=" + start + "-" + end;
        }
    }

    String encode();

    static Range parse(String text) {
        int semicolon = text.indexOf(';');
        String plain = (semicolon < 0 ? text : text.substring(0, semicolon)).trim();
        int equals = plain.indexOf('=');
        int dash = plain.indexOf('-', equals + 1);
        if (plain.length() > MAX_LENGTH || equals < 0 || dash < 0) {
            throw new Malformed("range", "unit=start-end, not " + Malformed.quote(plain));
        }
        String unit = plain.substring(0, equals).trim().toLowerCase(Locale.ROOT);
        String start = plain.substring(equals + 1, dash).trim();
        String end = plain.substring(dash + 1).trim();
        return switch (unit) {
            case "npt" -> npt(start, end);
            case "clock" -> new Clock(Clock.instant(start), end.isEmpty() ? null : Clock.instant(end));
            case "smpte", "smpte-25", "smpte-30-drop" -> smpte(unit, start, end);
            default -> throw new Malformed("range", "npt, clock or smpte, not " + Malformed.quote(unit));
        };
    }

    private static Npt npt(String start, String end) {
        if (start.isEmpty() && end.isEmpty()) {
            throw new Malformed("range", "npt with neither start nor end");
        }
        Duration until = end.isEmpty() ? null : duration(end);
        if (start.equalsIgnoreCase("now")) {
            return new Npt(null, until);
        }
        return new Npt(start.isEmpty() ? Duration.ZERO : duration(start), until);
    }

    /** Seconds with a fraction, or hours:minutes:seconds with a fraction. */
    private static Duration duration(String text) {
        String[] parts = text.split(":", 4);
        if (parts.length != 1 && parts.length != 3) {
            throw new Malformed("range", "seconds or hh:mm:ss, not " + Malformed.quote(text));
        }
        String last = parts[parts.length - 1];
        int point = last.indexOf('.');
        long seconds = whole(point < 0 ? last : last.substring(0, point));
        if (parts.length == 3) {
            seconds += whole(parts[0]) * 3_600 + whole(parts[1]) * 60;
        }
        return Duration.ofSeconds(seconds).plusMillis(point < 0 ? 0 : thousandths(last.substring(point)));
    }

    private static long whole(String text) {
        if (text.isEmpty() || text.length() > 12 || !digits(text)) {
            throw new Malformed("range", "a number of at most 12 digits, not " + Malformed.quote(text));
        }
        return Long.parseLong(text);
    }

    /** Milliseconds of a fraction that begins with its point; the point alone is none. */
    private static long thousandths(String fraction) {
        String figures = fraction.substring(1);
        if (fraction.charAt(0) != '.' || !digits(figures)) {
            throw new Malformed("range", "a decimal fraction, not " + Malformed.quote(fraction));
        }
        return Long.parseLong((figures + "000").substring(0, 3));
    }

    private static boolean digits(String text) {
        return text.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    private static Smpte smpte(String unit, String start, String end) {
        boolean good =
                !start.isEmpty() && (start + end).chars().allMatch(c -> c >= '0' && c <= '9' || c == ':' || c == '.');
        if (!good) {
            throw new Malformed("range", "a time code, not " + Malformed.quote(start));
        }
        return new Smpte(unit, start, end);
    }
}
