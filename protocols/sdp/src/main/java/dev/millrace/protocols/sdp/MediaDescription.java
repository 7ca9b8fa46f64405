package dev.millrace.protocols.sdp;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * One {@code m=} section, RFC 8866 section 5.14, with the lines that follow it. Immutable.
 *
 * @param kind {@code video}, {@code audio}, {@code application} ... as written; {@code application} where it is missing
 * @param port 0 where it is missing or not a number: in RTSP it says nothing
 * @param portCount the number after the slash; 1 where it is missing or 0 (cameras write {@code 0/0})
 * @param protocol as written; {@code RTP/AVP} where the line ends before it
 * @param formats the formats as written, in order
 * @param lines every line of the section after {@code m=}, known or not, in order
 */
public record MediaDescription(
        String kind, int port, int portCount, String protocol, List<String> formats, List<SdpLine> lines) {
    public MediaDescription {
        formats = List.copyOf(formats);
        lines = List.copyOf(lines);
    }

    /** A section for one format, made by us. */
    public static MediaDescription of(String kind, RtpMap map) {
        return new MediaDescription(
                kind,
                0,
                1,
                "RTP/AVP",
                List.of(Integer.toString(map.payloadType())),
                List.of(SdpLine.attribute("rtpmap", map.encode())));
    }

    /** Reads the value of {@code m=}; what is missing is filled in, because one odd line must not cost the stream. */
    static MediaDescription parse(String value, List<SdpLine> lines) {
        List<String> words = Arrays.stream(value.trim().split("\\s+"))
                .filter(w -> !w.isEmpty())
                .toList();
        String port = words.size() > 1 ? words.get(1) : "";
        int slash = port.indexOf('/');
        String count = slash < 0 ? "1" : port.substring(slash + 1);
        return new MediaDescription(
                words.isEmpty() ? "application" : words.get(0),
                SdpNumbers.read(slash < 0 ? port : port.substring(0, slash), 65535, 0),
                Math.max(1, SdpNumbers.read(count, 65535, 1)),
                words.size() > 2 ? words.get(2) : "RTP/AVP",
                words.size() > 3 ? words.subList(3, words.size()) : List.of(),
                lines);
    }

    /** The first {@code a=<name>} of this section; the text is empty for a flag. */
    public Optional<String> attribute(String name) {
        return SdpLine.first(lines, name);
    }

    /** All {@code a=<name>} of this section, in order. */
    public List<String> attributes(String name) {
        return lines.stream()
                .filter(line -> line.isAttribute(name))
                .map(SdpLine::attributeValue)
                .toList();
    }

    /** The formats that are RTP payload types, in order, each once: a line of thousands has at most 128. */
    public List<Integer> payloadTypes() {
        List<Integer> types = new ArrayList<>();
        boolean[] seen = new boolean[RtpMap.MAX_PAYLOAD_TYPE + 1];
        for (String format : formats) {
            int type = SdpNumbers.read(format, RtpMap.MAX_PAYLOAD_TYPE, -1);
            if (type >= 0 && !seen[type]) {
                seen[type] = true;
                types.add(type);
            }
        }
        return types;
    }

    /** What each payload type means that has an {@code a=rtpmap}; the first of a type counts. */
    Map<Integer, RtpMap> rtpMaps() {
        Map<Integer, RtpMap> maps = new HashMap<>();
        for (String value : attributes("rtpmap")) {
            RtpMap.parse(value).ifPresent(map -> maps.putIfAbsent(map.payloadType(), map));
        }
        return maps;
    }

    /**
     * What the first format means: its own {@code a=rtpmap} or the static assignment. A section without any format takes
     * its first {@code a=rtpmap}.
     */
    public Optional<RtpMap> rtpMap() {
        List<Integer> types = payloadTypes();
        if (types.isEmpty()) {
            return attribute("rtpmap").flatMap(RtpMap::parse);
        }
        return rtpMap(types.getFirst());
    }

    /** What a payload type means: its own {@code a=rtpmap} or the static assignment. */
    public Optional<RtpMap> rtpMap(int payloadType) {
        for (String value : attributes("rtpmap")) {
            Optional<RtpMap> map = RtpMap.parse(value);
            if (map.isPresent() && map.get().payloadType() == payloadType) {
                return map;
            }
        }
        return RtpMap.ofStatic(payloadType);
    }

    /** The format parameters of the first format; see {@link #fmtp(int)}. */
    public Map<String, String> fmtp() {
        return rtpMap().map(map -> fmtp(map.payloadType())).orElse(Map.of());
    }

    /**
     * The parameters of {@code a=fmtp} of a payload type: unmodifiable, names without regard to case, because
     * {@code sizeLength} is spelt in every way; a parameter without a value has the empty text.
     */
    public Map<String, String> fmtp(int payloadType) {
        Map<String, String> parameters = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        for (String value : attributes("fmtp")) {
            String[] parts = value.split("\\s+", 2);
            if (parts.length == 2 && SdpNumbers.read(parts[0], 127, -1) == payloadType) {
                parameters(parts[1], parameters);
            }
        }
        return Collections.unmodifiableMap(parameters);
    }

    private static void parameters(String text, Map<String, String> parameters) {
        for (String parameter : text.split(";")) {
            int equals = parameter.indexOf('=');
            String name = (equals < 0 ? parameter : parameter.substring(0, equals)).trim();
            if (!name.isEmpty()) {
                // The first one counts; the value may hold further equals signs (base64 of sprop-parameter-sets).
                parameters.putIfAbsent(
                        name, equals < 0 ? "" : parameter.substring(equals + 1).trim());
            }
        }
    }

    /** The URL of {@code a=control}, RFC 2326 appendix C.1.1, as written; empty where missing or without text. */
    public Optional<String> control() {
        return attribute("control").filter(url -> !url.isEmpty());
    }

    /** The address of this section's own {@code c=} line, without a TTL. */
    public Optional<String> connectionAddress() {
        return SdpLine.first(lines, 'c').flatMap(SessionDescription::address);
    }

    /** This section with the attribute set: in place of the first one of its name, or at the end. */
    public MediaDescription withAttribute(String name, String value) {
        return withLines(SdpLine.replace(lines, name, value));
    }

    /** This section without any attribute of the name. */
    public MediaDescription withoutAttribute(String name) {
        return withLines(SdpLine.without(lines, name));
    }

    /** This section with other lines behind its {@code m=}. */
    public MediaDescription withLines(List<SdpLine> other) {
        return new MediaDescription(kind, port, portCount, protocol, formats, other);
    }

    /** This section at another port. */
    public MediaDescription withPort(int other) {
        return new MediaDescription(kind, other, 1, protocol, formats, lines);
    }

    /** This section without session lines, and with a format where only {@code a=rtpmap} tells one. */
    MediaDescription wellFormed() {
        List<String> told = formats.isEmpty()
                ? rtpMap().map(map -> List.of(Integer.toString(map.payloadType())))
                        .orElse(List.of())
                : formats;
        List<SdpLine> own =
                lines.stream().filter(line -> "vost".indexOf(line.type()) < 0).toList();
        return new MediaDescription(kind, port, portCount, protocol, told, own);
    }

    void encode(StringBuilder text) {
        text.append("m=").append(kind).append(' ').append(port);
        if (portCount > 1) {
            text.append('/').append(portCount);
        }
        text.append(' ').append(protocol);
        for (String format : formats) {
            text.append(' ').append(format);
        }
        text.append("\r\n");
        SdpLine.encode(lines, text);
    }
}
