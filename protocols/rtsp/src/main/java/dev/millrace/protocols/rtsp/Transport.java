package dev.millrace.protocols.rtsp;

import dev.millrace.protocols.wire.HeaderKey;
import dev.millrace.protocols.wire.Malformed;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One alternative of the Transport header, RFC 2326 section 12.39. Unknown parameters are stepped over.
 *
 * @param profile {@code RTP/AVP}, {@code RTP/SAVP} ... without the lower transport, in capitals
 * @param lower UDP unless the header says TCP
 * @param multicast whether asked for; unicast is assumed where neither is said, as every client means it
 * @param interleaved channels, or null
 * @param clientPorts or null
 * @param serverPorts or null
 * @param ssrc 32 bits, or -1 where absent
 * @param mode play unless said otherwise
 * @param destination host to which media is to go, or empty
 * @param source host from which media comes, or empty
 */
public record Transport(
        String profile,
        Lower lower,
        boolean multicast,
        @Nullable Pair interleaved,
        @Nullable Pair clientPorts,
        @Nullable Pair serverPorts,
        long ssrc,
        Mode mode,
        String destination,
        String source) {
    /** The header: alternatives in the client's order of preference; one in a response. */
    public static final HeaderKey<List<Transport>> KEY =
            new HeaderKey<>("Transport", "", Transport::parseAll, Transport::encodeAll);
    /** Alternatives of one header. */
    public static final int MAX_ALTERNATIVES = 16;
    /** Parameters of one alternative. */
    public static final int MAX_PARAMETERS = 32;
    /** What a plain RTP session has. */
    public static final String AVP = "RTP/AVP";

    /** What carries the packets. */
    public enum Lower {
        UDP,
        TCP
    }

    /** What the session is for. */
    public enum Mode {
        PLAY,
        RECORD
    }

    /**
     * Two numbers for RTP and RTCP.
     *
     * @param rtp port or channel
     * @param rtcp port or channel; the next number where the header gives only one
     */
    public record Pair(int rtp, int rtcp) {
        private static Pair parse(String rule, String text, int max) {
            int dash = text.indexOf('-');
            int first = number(rule, (dash < 0 ? text : text.substring(0, dash)).trim(), max);
            int second = dash < 0
                    ? Math.min(first + 1, max)
                    : number(rule, text.substring(dash + 1).trim(), max);
            return new Pair(first, second);
        }

        private static int number(String rule, String text, int max) {
            if (text.isEmpty() || text.length() > 5 || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
                throw new Malformed("transport", rule + " from 0 to " + max + ", not " + Malformed.quote(text));
            }
            int value = Integer.parseInt(text);
            if (value > max) {
                throw new Malformed("transport", rule + " " + value + " is above " + max);
            }
            return value;
        }

        String encode() {
            return rtp + "-" + rtcp;
        }
    }

    /** RTP over the RTSP connection. */
    public static Transport overTcp(@Nullable Pair channels, Mode mode) {
        return new Transport(AVP, Lower.TCP, false, channels, null, null, -1, mode, "", "");
    }

    /** RTP over UDP to the client's ports. */
    public static Transport overUdp(@Nullable Pair clientPorts, Mode mode) {
        return new Transport(AVP, Lower.UDP, false, null, clientPorts, null, -1, mode, "", "");
    }

    public Transport withServer(@Nullable Pair ports, long sourceSsrc, String sourceHost) {
        return new Transport(
                profile, lower, multicast, interleaved, clientPorts, ports, sourceSsrc, mode, destination, sourceHost);
    }

    public static List<Transport> parseAll(String text) {
        List<Transport> all = new ArrayList<>();
        for (String alternative : text.split(",", MAX_ALTERNATIVES + 1)) {
            if (!alternative.isBlank()) {
                all.add(parse(alternative));
            }
        }
        if (all.isEmpty() || all.size() > MAX_ALTERNATIVES) {
            throw new Malformed("transport", "1 to " + MAX_ALTERNATIVES + " alternatives");
        }
        return all;
    }

    public static Transport parse(String text) {
        String[] parts = text.split(";", MAX_PARAMETERS + 2);
        if (parts.length > MAX_PARAMETERS + 1) {
            throw new Malformed("transport", "more than " + MAX_PARAMETERS + " parameters");
        }
        String protocol = parts[0].trim().toUpperCase(Locale.ROOT);
        boolean tcp = protocol.endsWith("/TCP");
        String profile = tcp || protocol.endsWith("/UDP") ? protocol.substring(0, protocol.length() - 4) : protocol;
        if (profile.isEmpty() || profile.length() > 64) {
            throw new Malformed("transport", "a protocol, not " + Malformed.quote(parts[0]));
        }
        Parameters found = new Parameters();
        for (int i = 1; i < parts.length; i++) {
            int equals = parts[i].indexOf('=');
            String name = (equals < 0 ? parts[i] : parts[i].substring(0, equals)).trim();
            found.take(
                    name.toLowerCase(Locale.ROOT),
                    equals < 0 ? "" : parts[i].substring(equals + 1).trim());
        }
        return found.build(profile, tcp ? Lower.TCP : Lower.UDP);
    }

    /** What the parameters of one alternative said so far; lives for one call. */
    private static final class Parameters {
        private boolean multicast;
        private @Nullable Pair interleaved;
        private @Nullable Pair client;
        private @Nullable Pair server;
        private long ssrc = -1;
        private Mode mode = Mode.PLAY;
        private String destination = "";
        private String source = "";

        void take(String name, String value) {
            switch (name) {
                case "multicast" -> multicast = true;
                case "interleaved" -> interleaved = Pair.parse("channel", value, 255);
                case "client_port" -> client = Pair.parse("port", value, 65_535);
                case "server_port" -> server = Pair.parse("port", value, 65_535);
                case "ssrc" -> ssrc = ssrc(value);
                case "mode" -> mode = mode(value);
                case "destination" -> destination = value;
                case "source" -> source = value;
                default -> {}
            }
        }

        /**
         * Eight hexadecimal digits by the grammar. Dahua pads with blanks on the left, Hikvision leaves leading zeros out; what
         * still is no such number counts as not said, because nothing depends on it.
         */
        private static long ssrc(String text) {
            boolean good = !text.isEmpty()
                    && text.length() <= 8
                    && text.chars().allMatch(c -> Character.digit(c, 16) >= 0 && c < 0x80);
            return good ? Long.parseLong(text, 16) : -1;
        }

        /** ffmpeg writes "receive" where the RFC has "record". */
        private static Mode mode(String text) {
            String word = text.replace("\"", "").trim().toLowerCase(Locale.ROOT);
            return switch (word) {
                case "play" -> Mode.PLAY;
                case "record", "receive" -> Mode.RECORD;
                default -> throw new Malformed("transport", "mode play or record, not " + Malformed.quote(text));
            };
        }

        Transport build(String profile, Lower lower) {
            return new Transport(
                    profile, lower, multicast, interleaved, client, server, ssrc, mode, destination, source);
        }
    }

    private static String encodeAll(List<Transport> all) {
        return String.join(",", all.stream().map(Transport::encode).toList());
    }

    public String encode() {
        StringBuilder text = new StringBuilder(profile);
        text.append(lower == Lower.TCP ? "/TCP" : "").append(multicast ? ";multicast" : ";unicast");
        pair(text, "interleaved", interleaved);
        if (!destination.isEmpty()) {
            text.append(";destination=").append(destination);
        }
        if (!source.isEmpty()) {
            text.append(";source=").append(source);
        }
        pair(text, "client_port", clientPorts);
        pair(text, "server_port", serverPorts);
        if (ssrc >= 0) {
            text.append(";ssrc=").append(String.format(Locale.ROOT, "%08X", ssrc));
        }
        return text.append(mode == Mode.RECORD ? ";mode=record" : "").toString();
    }

    private static void pair(StringBuilder text, String name, @Nullable Pair pair) {
        if (pair != null) {
            text.append(';').append(name).append('=').append(pair.encode());
        }
    }
}
