package dev.millrace.platform.runtime;

import dev.millrace.platform.contracts.Role;
import dev.millrace.protocols.wire.Malformed;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * One thing that can be configured. The environment variable of {@code rtsp.port} is {@code MILLRACE_RTSP_PORT}, its flag
 * {@code --rtsp-port}.
 *
 * @param key lower case, parts joined by dots, words by dashes: {@code drain.wait}
 * @param parser reads a value; {@link Malformed} when it is not allowed
 * @param unit of the value, empty where it has none
 * @param range what is allowed, as the table of settings and the complaint about a bad value say it
 * @param text one sentence for the table of settings
 */
public record Setting<T>(String key, Parser<T> parser, T defaultValue, String unit, String range, String text) {
    /** Reads the text of a value. */
    @FunctionalInterface
    public interface Parser<T> {
        T parse(String text);
    }

    /** A setting with a reader of its own. */
    public static <T> Setting<T> of(
            String key, Parser<T> parser, T defaultValue, String unit, String range, String text) {
        return new Setting<>(key, parser, defaultValue, unit, range, text);
    }

    /** A whole number, both ends included. */
    public static Setting<Integer> number(String key, int defaultValue, int min, int max, String unit, String text) {
        return of(key, value -> (int) whole(value, min, max), defaultValue, unit, min + " to " + max, text);
    }

    /** A whole number beyond 32 bits, both ends included. */
    public static Setting<Long> quantity(String key, long defaultValue, long min, long max, String unit, String text) {
        return of(key, value -> whole(value, min, max), defaultValue, unit, min + " to " + max, text);
    }

    /** A port; 0 takes a free one. */
    public static Setting<Integer> port(String key, int defaultValue, String text) {
        return number(key, defaultValue, 0, 65_535, "port", text);
    }

    /** True or false. */
    public static Setting<Boolean> flag(String key, boolean defaultValue, String text) {
        return of(key, Setting::truth, defaultValue, "", "true or false", text);
    }

    /** One of the words of an enum, in lower case. */
    public static <E extends Enum<E>> Setting<E> word(String key, E defaultValue, String text) {
        List<E> values = List.of(defaultValue.getDeclaringClass().getEnumConstants());
        List<String> words = values.stream().map(Setting::shown).toList();
        String range = String.join(", ", words.subList(0, words.size() - 1)) + " or " + words.getLast();
        return of(
                key,
                value -> values.stream()
                        .filter(each -> shown(each).equals(value.strip()))
                        .findFirst()
                        .orElseThrow(() -> new Malformed("setting", range)),
                defaultValue,
                "",
                range,
                text);
    }

    /** Any text; empty means unset. */
    public static Setting<String> text(String key, String defaultValue, String text) {
        return of(key, value -> value, defaultValue, "", "text", text);
    }

    /** A text of at most {@code limit} characters out of letters, digits and {@code . _ -}. */
    public static Setting<String> name(String key, String defaultValue, int limit, String text) {
        String range = "1 to " + limit + " of letters, digits, . _ -";
        return of(key, value -> named(value, limit, range), defaultValue, "", range, text);
    }

    /** A span of time: {@code 500ms}, {@code 2s}, {@code 5m}, {@code 1h}; a bare number is seconds. */
    public static Setting<Duration> duration(
            String key, Duration defaultValue, Duration min, Duration max, String text) {
        String range = shown(min) + " to " + shown(max);
        return of(key, value -> span(value, min, max, range), defaultValue, "duration", range, text);
    }

    /** Texts joined by commas; blanks around them do not count. */
    public static Setting<List<String>> list(String key, List<String> defaultValue, String text) {
        return listOf(key, value -> value, defaultValue, "texts joined by commas", text);
    }

    /** Values joined by commas. */
    public static <T> Setting<List<T>> listOf(
            String key, Function<String, T> element, List<T> defaultValue, String range, String text) {
        return of(
                key,
                value -> Arrays.stream(value.split(","))
                        .map(String::strip)
                        .filter(part -> !part.isEmpty())
                        .map(element)
                        .toList(),
                defaultValue,
                "",
                range,
                text);
    }

    /** Addresses {@code host:port} joined by commas. */
    public static Setting<List<HostPort>> addresses(String key, List<HostPort> defaultValue, String text) {
        return listOf(key, HostPort::parse, defaultValue, "host:port joined by commas", text);
    }

    /** The name of the environment variable: {@code MILLRACE_RTSP_PORT}. */
    public String variable() {
        return Settings.VARIABLE_PREFIX + normal(key).toUpperCase(Locale.ROOT);
    }

    /** Whether the value must never be shown. */
    public boolean secret() {
        return key.endsWith("secret") || key.endsWith("token");
    }

    /** The default value as a person writes it. */
    public String shownDefault() {
        return shown(defaultValue);
    }

    /** Keys, variables and flags that differ only in {@code . - _} and case are the same. */
    static String normal(String key) {
        return key.toLowerCase(Locale.ROOT).replace('.', '_').replace('-', '_');
    }

    private static String shown(Object value) {
        return switch (value) {
            case Duration span when span.toMillis() % 1000 != 0 -> span.toMillis() + "ms";
            case Duration span -> span.toSeconds() + "s";
            case Role role -> role.text();
            case Enum<?> word -> word.name().toLowerCase(Locale.ROOT);
            case List<?> list -> list.stream().map(Setting::shown).collect(Collectors.joining(","));
            default -> value.toString();
        };
    }

    private static long whole(String text, long min, long max) {
        try {
            long number = Long.parseLong(text.strip().replace("_", ""));
            if (number >= min && number <= max) {
                return number;
            }
        } catch (NumberFormatException notANumber) {
            // Falls through: out of range and no number at all get the same sentence.
        }
        throw new Malformed("setting", min + " to " + max);
    }

    private static boolean truth(String text) {
        return switch (text.strip().toLowerCase(Locale.ROOT)) {
            case "true", "yes", "on", "1" -> true;
            case "false", "no", "off", "0" -> false;
            default -> throw new Malformed("setting", "true or false");
        };
    }

    private static String named(String text, int limit, String range) {
        if (text.isEmpty() || text.length() > limit || !text.chars().allMatch(Setting::plain)) {
            throw new Malformed("setting", range);
        }
        return text;
    }

    private static boolean plain(int c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '.' || c == '_' || c == '-';
    }

    private static Duration span(String text, Duration min, Duration max, String range) {
        String value = text.strip().toLowerCase(Locale.ROOT);
        int digits = 0;
        while (digits < value.length() && Character.isDigit(value.charAt(digits))) {
            digits++;
        }
        long millis = switch (value.substring(digits)) {
            case "ms" -> 1;
            case "", "s" -> 1000;
            case "m" -> 60_000;
            case "h" -> 3_600_000;
            default -> 0;
        };
        if (digits == 0 || digits > 9 || millis == 0) {
            throw new Malformed("setting", range);
        }
        Duration span = Duration.ofMillis(Long.parseLong(value.substring(0, digits)) * millis);
        if (span.compareTo(min) < 0 || span.compareTo(max) > 0) {
            throw new Malformed("setting", range);
        }
        return span;
    }
}
