package dev.millrace.protocols.wire;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Header lines in the order in which they stood. A value is parsed only when asked for. Immutable.
 *
 * @param lines name and value as received, the value trimmed and unfolded
 */
public record Headers(List<Line> lines) {
    /** No header at all. */
    public static final Headers NONE = new Headers(List.of());

    /** One header line. */
    public record Line(String name, String value) {}

    public Headers {
        lines = List.copyOf(lines);
    }

    /** The first value of the key, parsed; throws {@link Malformed} if it breaks the key's grammar. */
    public <T> Optional<T> first(HeaderKey<T> key) {
        for (Line line : lines) {
            if (key.matches(line.name)) {
                return Optional.of(key.parse().apply(line.value));
            }
        }
        return Optional.empty();
    }

    /** All values of the key, parsed, in order. */
    public <T> List<T> all(HeaderKey<T> key) {
        List<T> values = new ArrayList<>();
        for (Line line : lines) {
            if (key.matches(line.name)) {
                values.add(key.parse().apply(line.value));
            }
        }
        return values;
    }

    public boolean has(HeaderKey<?> key) {
        return lines.stream().anyMatch(line -> key.matches(line.name));
    }

    /** These lines and one more at the end. */
    public <T> Headers with(HeaderKey<T> key, T value) {
        List<Line> more = new ArrayList<>(lines);
        more.add(new Line(key.name(), key.encode().apply(value)));
        return new Headers(more);
    }

    /** Without any line of the key. */
    public Headers without(HeaderKey<?> key) {
        return new Headers(
                lines.stream().filter(line -> !key.matches(line.name)).toList());
    }

    /** Appends the lines in wire form, each ended by CRLF. */
    public void encode(StringBuilder text) {
        for (Line line : lines) {
            text.append(line.name).append(": ").append(line.value).append("\r\n");
        }
    }
}
