package dev.millrace.protocols.sdp;

import dev.millrace.protocols.wire.Malformed;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Puts a relay between two parties of a call: addresses and ports of a description are replaced, every other byte stays as it was
 * received, line ends and broken lines included; only NUL is taken out. Immutable.
 *
 * @param places one for each section, in order; a section without one, and one that is refused (port 0), stays as it is
 * @param keepIce whether lines of ICE stay; a relay that takes no part in ICE must remove them, or the parties would find a way past it
 */
public record Readdressing(List<Optional<Place>> places, boolean keepIce) {
    /**
     * Where a section's media goes instead.
     *
     * @param host an address without brackets
     * @param port of RTP
     * @param rtcpPort of RTCP, told by {@code a=rtcp} (RFC 3605) where the section tells one
     */
    public record Place(String host, int port, int rtcpPort) {}

    public Readdressing {
        places = List.copyOf(places);
    }

    /** The same place for every section. */
    public static Readdressing all(SessionDescription session, Place place) {
        return new Readdressing(
                session.media().stream().map(media -> Optional.of(place)).toList(), false);
    }

    /** The description with other addresses; {@link Malformed} beyond the limits of {@link SessionDescription}. */
    public byte[] apply(byte[] sdp) {
        if (sdp.length > SessionDescription.MAX_BYTES) {
            throw new Malformed(
                    "sdp-size", sdp.length + " bytes are above the limit of " + SessionDescription.MAX_BYTES);
        }
        // One character for each byte, so that what is not looked at cannot change.
        String read = new String(sdp, StandardCharsets.ISO_8859_1);
        // NUL is not allowed in SDP, and a reader that drops it would see lines that we did not.
        List<String> lines = split(places.isEmpty() ? read : read.replace("\0", ""));
        StringBuilder text = new StringBuilder(sdp.length + 64);
        int at = next(lines, 0);
        String sessionHost = session(lines.subList(0, at), lines, text);
        int section = 0;
        while (at < lines.size()) {
            int end = next(lines, at + 1);
            section(lines.subList(at, end), place(section++), sessionHost, text);
            at = end;
        }
        return text.toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    private Optional<Place> place(int section) {
        return section < places.size() ? places.get(section) : Optional.empty();
    }

    /** Lines with their ends. */
    private static List<String> split(String text) {
        List<String> lines = new ArrayList<>();
        int from = 0;
        while (from < text.length()) {
            int end = from;
            while (end < text.length() && text.charAt(end) != '\n' && text.charAt(end) != '\r') {
                end++;
            }
            end = Math.min(text.length(), end + (text.startsWith("\r\n", end) ? 2 : 1));
            lines.add(text.substring(from, end));
            from = end;
            if (lines.size() > SessionDescription.MAX_LINES) {
                throw new Malformed("sdp-lines", "more than " + SessionDescription.MAX_LINES + " lines");
            }
        }
        return lines;
    }

    private static int next(List<String> lines, int from) {
        int at = from;
        while (at < lines.size() && !is(lines.get(at), 'm')) {
            at++;
        }
        return at;
    }

    /** Reading passes over blanks before the type, so they must not hide a line from us either. */
    private static boolean is(String line, char type) {
        int at = start(line);
        return at + 1 < line.length() && line.charAt(at) == type && line.charAt(at + 1) == '=';
    }

    private static int start(String line) {
        int at = 0;
        while (at < line.length() && Character.isWhitespace(line.charAt(at))) {
            at++;
        }
        return at;
    }

    /**
     * The lines before the first section. The session's address changes only when every section goes elsewhere: the others would
     * follow it. Gives back the new one, or the empty text.
     */
    private String session(List<String> lines, List<String> all, StringBuilder text) {
        long sections = all.stream().filter(line -> is(line, 'm')).count();
        boolean whole = places.size() >= sections && places.stream().allMatch(Optional::isPresent);
        Optional<Place> first = places.stream().flatMap(Optional::stream).findFirst();
        String host = "";
        for (String line : lines) {
            if (is(line, 'c') && whole && first.isPresent()) {
                host = first.get().host;
                text.append(connection(host, line));
            } else if (first.isEmpty() || !leadsPast(line, whole)) {
                text.append(line);
            }
        }
        return host;
    }

    /** {@code a=rtcp} belongs to a section (RFC 3605); before all of them it would lead past the relay whoever believes it. */
    private boolean leadsPast(String line, boolean whole) {
        return !keepIce && isIce(line) || whole && isAttribute(line, "rtcp");
    }

    private void section(List<String> lines, Optional<Place> wanted, String sessionHost, StringBuilder text) {
        String media = lines.getFirst();
        if (wanted.isEmpty() || port(media) == 0) {
            lines.forEach(text::append);
            return;
        }
        Place place = wanted.get();
        text.append(ported(media, place.port));
        boolean missing = lines.stream().noneMatch(line -> is(line, 'c')) && !place.host.equals(sessionHost);
        // A title stands between m= and c=.
        int before = lines.size() > 1 && is(lines.get(1), 'i') ? 2 : 1;
        for (int i = 1; i <= lines.size(); i++) {
            if (missing && i == before) {
                insert(connection(place.host, media), text);
            }
            if (i < lines.size()) {
                line(lines.get(i), place, text);
            }
        }
    }

    private void line(String line, Place place, StringBuilder text) {
        if (is(line, 'c')) {
            text.append(connection(place.host, line));
        } else if (isAttribute(line, "rtcp")) {
            text.append("a=rtcp:").append(place.rtcpPort).append(" IN ").append(Connection.typed(place.host));
            text.append(ending(line));
        } else if (keepIce || !isIce(line)) {
            text.append(line);
        }
    }

    /** The line before may be the last one of the description and have no end. */
    private static void insert(String line, StringBuilder text) {
        char last = text.charAt(text.length() - 1);
        text.append(last == '\n' || last == '\r' ? "" : "\r\n").append(line);
    }

    private static String connection(String host, String old) {
        return "c=IN " + Connection.typed(host) + ending(old);
    }

    /** The last line may have none; what follows it then needs one. */
    private static String ending(String line) {
        int end = line.length();
        while (end > 0 && (line.charAt(end - 1) == '\n' || line.charAt(end - 1) == '\r')) {
            end--;
        }
        return end == line.length() ? "\r\n" : line.substring(end);
    }

    private static boolean isIce(String line) {
        return isAttribute(line, "candidate")
                || isAttribute(line, "remote-candidates")
                || isAttribute(line, "end-of-candidates")
                || isAttribute(line, "ice-ufrag")
                || isAttribute(line, "ice-pwd")
                || isAttribute(line, "ice-options")
                || isAttribute(line, "ice-lite");
    }

    private static boolean isAttribute(String line, String name) {
        int from = start(line);
        int end = from + 2 + name.length();
        return is(line, 'a')
                && line.regionMatches(true, from + 2, name, 0, name.length())
                && (end >= line.length() || !isName(line.charAt(end)));
    }

    private static boolean isName(char c) {
        return Character.isLetterOrDigit(c) || c == '-' || c == '_';
    }

    private static int port(String media) {
        int[] found = portAt(media);
        return SdpNumbers.read(media.substring(found[0], found[1]), 65_535, 0);
    }

    private static String ported(String media, int port) {
        int[] found = portAt(media);
        return media.substring(0, found[0]) + port + media.substring(found[1]);
    }

    /**
     * Where the port stands in {@code m=audio 49170/2 RTP/AVP 0}: the second word up to a slash. Words are found as
     * {@link MediaDescription} finds them, whatever stands between.
     */
    private static int[] portAt(String media) {
        int last = media.length();
        while (last > 0 && media.charAt(last - 1) <= ' ') {
            last--;
        }
        int at = Math.min(last, start(media) + 2);
        while (at < last && media.charAt(at) <= ' ') {
            at++;
        }
        at = run(media, run(media, at, last, false), last, true);
        int end = run(media, at, last, false);
        int slash = media.indexOf('/', at);
        return new int[] {at, slash >= 0 && slash < end ? slash : end};
    }

    /** The end of a run of blanks or of others. */
    private static int run(String text, int from, int last, boolean blank) {
        int at = from;
        while (at < last && (" \t\u000B\f".indexOf(text.charAt(at)) >= 0) == blank) {
            at++;
        }
        return at;
    }
}
