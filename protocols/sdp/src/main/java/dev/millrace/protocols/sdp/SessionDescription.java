package dev.millrace.protocols.sdp;

import dev.millrace.protocols.wire.Malformed;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A session description, RFC 8866 section 5. Reading is camera-grade: any order, any line end, no final line end, lines
 * of unknown type kept, lines without an equals sign passed over; only the limits below are an error. Immutable.
 *
 * @param lines every line before the first {@code m=}, known or not, in order
 * @param media the {@code m=} sections in order
 */
public record SessionDescription(List<SdpLine> lines, List<MediaDescription> media) {
    /** Largest description read, in bytes. */
    public static final int MAX_BYTES = 65_536;

    /** Largest number of lines read. */
    public static final int MAX_LINES = 1_000;

    /** Longest line read, in characters. */
    public static final int MAX_LINE = 16_384;

    /** Largest number of {@code m=} sections read. */
    public static final int MAX_MEDIA = 32;

    public SessionDescription {
        lines = List.copyOf(lines);
        media = List.copyOf(media);
    }

    /** A description made by us, with the mandatory lines and no address of its own. */
    public static SessionDescription of(String name, List<MediaDescription> media) {
        List<SdpLine> lines = List.of(
                new SdpLine('v', "0"),
                new SdpLine('o', "- 0 0 IN IP4 0.0.0.0"),
                new SdpLine('s', name),
                new SdpLine('c', "IN IP4 0.0.0.0"),
                new SdpLine('t', "0 0"));
        return new SessionDescription(lines, media);
    }

    /** Reads UTF-8 bytes. */
    public static SessionDescription parse(byte[] bytes) {
        if (bytes.length > MAX_BYTES) {
            throw new Malformed("sdp-size", bytes.length + " bytes are above the limit of " + MAX_BYTES);
        }
        return parse(new String(bytes, StandardCharsets.UTF_8));
    }

    /** Reads text. */
    public static SessionDescription parse(String text) {
        if (text.length() > MAX_BYTES) {
            throw new Malformed("sdp-size", text.length() + " characters are above the limit of " + MAX_BYTES);
        }
        List<SdpLine> all = split(text);
        int at = nextMedia(all, 0);
        List<SdpLine> session = all.subList(0, at);
        List<MediaDescription> media = new ArrayList<>();
        while (at < all.size()) {
            if (media.size() == MAX_MEDIA) {
                throw new Malformed("sdp-media", "more than " + MAX_MEDIA + " media sections");
            }
            int next = nextMedia(all, at + 1);
            media.add(MediaDescription.parse(all.get(at).value(), all.subList(at + 1, next)));
            at = next;
        }
        return new SessionDescription(session, media);
    }

    private static int nextMedia(List<SdpLine> lines, int from) {
        int at = from;
        while (at < lines.size() && lines.get(at).type() != 'm') {
            at++;
        }
        return at;
    }

    private static List<SdpLine> split(String text) {
        List<SdpLine> lines = new ArrayList<>();
        int from = 0;
        while (from < text.length()) {
            int end = from;
            while (end < text.length() && text.charAt(end) != '\n' && text.charAt(end) != '\r') {
                end++;
            }
            line(text.substring(from, end), lines);
            from = end + 1;
        }
        if (lines.isEmpty()) {
            throw new Malformed("sdp-empty", "no line of the form <type>=<value>");
        }
        return lines;
    }

    private static void line(String written, List<SdpLine> lines) {
        if (written.length() > MAX_LINE) {
            throw new Malformed("sdp-line", "a line longer than " + MAX_LINE + " characters");
        }
        // Some cameras count a terminating NUL into Content-Length.
        String line = written.replace("\0", "").stripLeading();
        if (line.length() < 2 || line.charAt(1) != '=' || !isLetter(line.charAt(0))) {
            return;
        }
        if (lines.size() == MAX_LINES) {
            throw new Malformed("sdp-lines", "more than " + MAX_LINES + " lines");
        }
        lines.add(new SdpLine(line.charAt(0), line.substring(2)));
    }

    private static boolean isLetter(char c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z';
    }

    /** The first {@code a=<name>} at session level; the text is empty for a flag. */
    public Optional<String> attribute(String name) {
        return SdpLine.first(lines, name);
    }

    /** The aggregate {@code a=control} as written; empty where missing or without text. */
    public Optional<String> control() {
        return attribute("control").filter(url -> !url.isEmpty());
    }

    /** The session's name, {@code s=}, trimmed. */
    public String name() {
        return SdpLine.first(lines, 's').map(line -> line.value().trim()).orElse("");
    }

    /** The address of the session's {@code c=} line, without a TTL. */
    public Optional<String> connectionAddress() {
        return SdpLine.first(lines, 'c').flatMap(SessionDescription::address);
    }

    static Optional<String> address(SdpLine connection) {
        String[] words = connection.value().trim().split("\\s+");
        if (words.length < 3) {
            return Optional.empty();
        }
        int slash = words[2].indexOf('/');
        return Optional.of(slash < 0 ? words[2] : words[2].substring(0, slash)).filter(text -> !text.isEmpty());
    }

    /** This description with the session attribute set: in place of the first one of its name, or at the end. */
    public SessionDescription withAttribute(String name, String value) {
        return new SessionDescription(SdpLine.replace(lines, name, value), media);
    }

    /** This description without any session attribute of the name. */
    public SessionDescription withoutAttribute(String name) {
        return new SessionDescription(SdpLine.without(lines, name), media);
    }

    /** This description with other media sections. */
    public SessionDescription withMedia(List<MediaDescription> other) {
        return new SessionDescription(lines, other);
    }

    /**
     * The same description with the lines that RFC 8866 section 5 demands ({@code v= o= s= t=}), in its order: what a
     * camera left out is filled in, what it wrote inside a media section moves up, all else keeps its place.
     */
    public SessionDescription wellFormed() {
        List<SdpLine> head = new ArrayList<>();
        head.add(new SdpLine('v', "0"));
        head.add(mandatory('o', "- 0 0 IN IP4 0.0.0.0"));
        head.add(mandatory('s', "-"));
        List<SdpLine> rest =
                lines.stream().filter(line -> "vost".indexOf(line.type()) < 0).toList();
        // i= u= e= p= c= b= stand before t=, everything else behind it.
        rest.stream().filter(SessionDescription::standsBeforeTime).forEach(head::add);
        head.add(mandatory('t', "0 0"));
        rest.stream().filter(line -> !standsBeforeTime(line)).forEach(head::add);
        return new SessionDescription(
                head, media.stream().map(MediaDescription::wellFormed).toList());
    }

    private static boolean standsBeforeTime(SdpLine line) {
        return "iuepcb".indexOf(line.type()) >= 0;
    }

    private SdpLine mandatory(char type, String otherwise) {
        Optional<SdpLine> own = SdpLine.first(lines, type);
        for (int i = 0; own.isEmpty() && i < media.size(); i++) {
            own = SdpLine.first(media.get(i).lines(), type);
        }
        return own.filter(line -> !line.value().isBlank()).orElse(new SdpLine(type, otherwise));
    }

    /** The description in wire form: every line as read, in order, each ended by CRLF. */
    public byte[] encode() {
        return toText().getBytes(StandardCharsets.UTF_8);
    }

    /** The description in wire form, as text. */
    public String toText() {
        StringBuilder text = new StringBuilder(512);
        SdpLine.encode(lines, text);
        media.forEach(section -> section.encode(text));
        return text.toString();
    }
}
