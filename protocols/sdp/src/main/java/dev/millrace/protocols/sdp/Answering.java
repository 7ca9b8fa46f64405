package dev.millrace.protocols.sdp;

import dev.millrace.protocols.wire.Malformed;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Makes and checks the answer to an offer, RFC 3264 section 6. */
public final class Answering {
    private Answering() {}

    /** What becomes of one offered section. */
    public sealed interface Choice {}

    /**
     * It is taken.
     *
     * @param port where our side receives
     * @param payloadTypes of the offer, the best first, each once; at least one
     * @param ours what our side would do
     * @param more lines of our side behind the formats
     */
    public record Take(int port, List<Integer> payloadTypes, Direction ours, List<SdpLine> more) implements Choice {
        public Take {
            payloadTypes = List.copyOf(payloadTypes);
            more = List.copyOf(more);
        }
    }

    /** It is refused: port 0. */
    public record Refuse() implements Choice {}

    /**
     * The offered payload types of a section that our side speaks, in the offer's order: encoding without regard to case, clock and
     * channels must be the same.
     */
    public static List<Integer> common(MediaDescription offered, List<RtpMap> ours) {
        Map<Integer, RtpMap> told = offered.rtpMaps();
        return offered.payloadTypes().stream()
                .filter(type -> Optional.ofNullable(told.get(type))
                        .or(() -> RtpMap.ofStatic(type))
                        .filter(map -> ours.stream().anyMatch(own -> same(map, own)))
                        .isPresent())
                .toList();
    }

    private static boolean same(RtpMap offered, RtpMap own) {
        return offered.is(own.encoding())
                && offered.clockRate() == own.clockRate()
                && offered.channels() == own.channels();
    }

    /**
     * The answer: one section for each of the offer, in its order; {@code t=} as offered; {@code rtpmap}, {@code fmtp}, {@code mid}
     * and {@code ptime} of what was taken as offered.
     *
     * @param host where our side receives
     * @param choices one for each offered section; what is missing is refused
     */
    public static SessionDescription answer(
            SessionDescription offer, Origin origin, String host, List<? extends Choice> choices) {
        List<SdpLine> lines = new ArrayList<>();
        lines.add(new SdpLine('v', "0"));
        lines.add(origin.encode());
        lines.add(new SdpLine('s', "-"));
        lines.add(Connection.of(host));
        lines.add(SdpLine.first(offer.lines(), 't').orElse(new SdpLine('t', "0 0")));
        List<MediaDescription> media = new ArrayList<>();
        for (int i = 0; i < offer.media().size(); i++) {
            MediaDescription offered = offer.media().get(i);
            Choice choice = i < choices.size() ? choices.get(i) : new Refuse();
            media.add(
                    switch (choice) {
                        case Take take
                        when offered.port() != 0 && !take.payloadTypes().isEmpty() -> taken(offer, offered, take);
                        case Take none -> refused(offered);
                        case Refuse none -> refused(offered);
                    });
        }
        return new SessionDescription(lines, media);
    }

    /** The formats stay: the grammar wants one, and nobody reads them. */
    private static MediaDescription refused(MediaDescription offered) {
        List<SdpLine> mid =
                offered.lines().stream().filter(line -> line.isAttribute("mid")).toList();
        return new MediaDescription(offered.kind(), 0, 1, offered.protocol(), offered.formats(), mid);
    }

    private static MediaDescription taken(SessionDescription offer, MediaDescription offered, Take take) {
        Map<Integer, List<SdpLine>> byType = new HashMap<>();
        for (SdpLine line : offered.lines()) {
            if (line.isAttribute("rtpmap") || line.isAttribute("fmtp")) {
                byType.computeIfAbsent(type(line), none -> new ArrayList<>(2)).add(line);
            }
        }
        List<SdpLine> lines = new ArrayList<>();
        for (int type : take.payloadTypes()) {
            lines.addAll(byType.getOrDefault(type, List.of()));
        }
        for (SdpLine line : offered.lines()) {
            if (line.isAttribute("mid") || line.isAttribute("ptime")) {
                lines.add(line);
            }
        }
        Direction direction = Direction.of(offer, offered).reversed().and(take.ours());
        lines.add(SdpLine.attribute(direction.text(), ""));
        lines.addAll(take.more());
        List<String> formats = take.payloadTypes().stream().map(String::valueOf).toList();
        return new MediaDescription(offered.kind(), take.port(), 1, offered.protocol(), formats, lines);
    }

    /** The payload type at the beginning of the value, or -1. */
    private static int type(SdpLine line) {
        String value = line.attributeValue();
        int end = 0;
        while (end < value.length() && !Character.isWhitespace(value.charAt(end))) {
            end++;
        }
        return SdpNumbers.read(value.substring(0, end), RtpMap.MAX_PAYLOAD_TYPE, -1);
    }

    /** What is wrong with an answer to that offer, RFC 3264 section 6; empty where it is one. */
    public static Optional<Malformed> wrong(SessionDescription offer, SessionDescription answer) {
        int offered = offer.media().size();
        int answered = answer.media().size();
        if (offered != answered) {
            return Optional.of(new Malformed("sdp-answer", answered + " sections for " + offered + " offered"));
        }
        for (int i = 0; i < offered; i++) {
            MediaDescription asked = offer.media().get(i);
            MediaDescription given = answer.media().get(i);
            if (!asked.kind().equalsIgnoreCase(given.kind())) {
                return Optional.of(new Malformed(
                        "sdp-answer",
                        Malformed.quote(given.kind()) + " for an offered " + Malformed.quote(asked.kind())));
            }
            if (asked.port() == 0 && given.port() != 0) {
                return Optional.of(new Malformed("sdp-answer", "section " + i + " was not offered and is taken"));
            }
        }
        return Optional.empty();
    }
}
