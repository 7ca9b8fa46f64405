package dev.millrace.protocols.sdp;

import dev.millrace.protocols.wire.Malformed;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One line {@code <type>=<value>}, RFC 8866 section 5, of a type we know or not. Immutable.
 *
 * @param type the letter before the equals sign
 * @param value what follows it, without the line end
 */
public record SdpLine(char type, String value) {
    public SdpLine {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '\r' || c == '\n' || c == 0) {
                throw new Malformed("sdp-line", "CR, LF or NUL inside a line: " + Malformed.quote(value));
            }
        }
    }

    /** An attribute with a value, or a flag where the value is empty. */
    public static SdpLine attribute(String name, String value) {
        return new SdpLine('a', value.isEmpty() ? name : name + ":" + value);
    }

    /** Whether this is {@code a=<name>} or {@code a=<name>:...}; names are compared without regard to case. */
    public boolean isAttribute(String name) {
        if (type != 'a' || name.isEmpty() || !value.regionMatches(true, 0, name, 0, name.length())) {
            return false;
        }
        return value.length() == name.length()
                || value.charAt(name.length()) == ':'
                || value.substring(name.length()).isBlank();
    }

    /** What follows the colon of an attribute, trimmed; empty for a flag. */
    public String attributeValue() {
        int colon = value.indexOf(':');
        return colon < 0 ? "" : value.substring(colon + 1).trim();
    }

    static Optional<String> first(List<SdpLine> lines, String name) {
        for (SdpLine line : lines) {
            if (line.isAttribute(name)) {
                return Optional.of(line.attributeValue());
            }
        }
        return Optional.empty();
    }

    static Optional<SdpLine> first(List<SdpLine> lines, char type) {
        for (SdpLine line : lines) {
            if (line.type == type) {
                return Optional.of(line);
            }
        }
        return Optional.empty();
    }

    /** The lines with the attribute put in the place of its first occurrence, or at the end. */
    static List<SdpLine> replace(List<SdpLine> lines, String name, String value) {
        List<SdpLine> changed = new ArrayList<>(lines.size() + 1);
        boolean placed = false;
        for (SdpLine line : lines) {
            if (!line.isAttribute(name)) {
                changed.add(line);
            } else if (!placed) {
                changed.add(attribute(name, value));
                placed = true;
            }
        }
        if (!placed) {
            changed.add(attribute(name, value));
        }
        return changed;
    }

    static List<SdpLine> without(List<SdpLine> lines, String name) {
        return lines.stream().filter(line -> !line.isAttribute(name)).toList();
    }

    static void encode(List<SdpLine> lines, StringBuilder text) {
        for (SdpLine line : lines) {
            text.append(line.type).append('=').append(line.value).append("\r\n");
        }
    }
}
