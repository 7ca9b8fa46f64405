package dev.millrace.protocols.rtp;

import dev.millrace.protocols.codecs.AudioSpecificConfig;
import dev.millrace.protocols.codecs.LatmConfig;
import dev.millrace.protocols.wire.Malformed;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What {@code a=fmtp} says of the codecs we read: parameter sets and configurations, out of the map and into text. The
 * map should not regard case.
 */
public final class FormatParameters {
    /** Most parameter sets read of one section. */
    public static final int MAX_SETS = 32;

    private FormatParameters() {}

    /** {@code sprop-parameter-sets} of RFC 6184 section 8.1; what is not base64 is passed over. */
    public static List<byte[]> h264ParameterSets(Map<String, String> fmtp) {
        List<byte[]> sets = new ArrayList<>();
        decode(fmtp.get("sprop-parameter-sets"), sets);
        return sets;
    }

    /** {@code sprop-vps}, {@code -sps} and {@code -pps} of RFC 7798 section 7.1, in this order. */
    public static List<byte[]> h265ParameterSets(Map<String, String> fmtp) {
        List<byte[]> sets = new ArrayList<>();
        decode(fmtp.get("sprop-vps"), sets);
        decode(fmtp.get("sprop-sps"), sets);
        decode(fmtp.get("sprop-pps"), sets);
        return sets;
    }

    private static void decode(@Nullable String list, List<byte[]> sets) {
        if (list == null) {
            return;
        }
        for (String text : list.split(",")) {
            // Cameras leave padding out or put a trailing comma.
            String base64 = text.trim().replace("=", "");
            if (!base64.isEmpty() && sets.size() < MAX_SETS) {
                decodeOne(base64, sets);
            }
        }
    }

    private static void decodeOne(String base64, List<byte[]> sets) {
        try {
            sets.add(Base64.getDecoder().decode(base64));
        } catch (IllegalArgumentException notBase64) {
            // The sets may still come in the stream.
        }
    }

    /** {@code config} of RFC 3640 section 4.1; empty where it is not told. */
    public static Optional<AudioSpecificConfig> aacConfig(Map<String, String> fmtp) {
        String config = fmtp.get("config");
        return config == null || config.isEmpty()
                ? Optional.empty()
                : Optional.of(AudioSpecificConfig.parse(hex("config", config)));
    }

    /** {@code config} of RFC 6416 section 7.3. */
    public static LatmConfig latmConfig(Map<String, String> fmtp) {
        String config = fmtp.getOrDefault("config", "");
        if (config.isEmpty() || !fmtp.getOrDefault("cpresent", "1").equals("0")) {
            throw new Malformed("latm", "the configuration must be in the SDP");
        }
        return LatmConfig.parse(hex("config", config));
    }

    private static byte[] hex(String name, String text) {
        String digits = text.replace("\"", "");
        try {
            // An odd digit at the end: libavformat and cameras pad to half bytes.
            return HexFormat.of().parseHex(digits.length() % 2 == 0 ? digits : digits + "0");
        } catch (IllegalArgumentException notHex) {
            throw new Malformed(name, "hexadecimal digits, not " + Malformed.quote(text));
        }
    }

    static int number(String name, String text, int max) {
        String rule = name.toLowerCase(Locale.ROOT);
        if (text.length() > 10) {
            throw new Malformed(rule, "a number from 0 to " + max + ", not " + Malformed.quote(text));
        }
        long value = 0;
        for (int i = 0; i < text.length(); i++) {
            int digit = text.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                throw new Malformed(rule, "a number from 0 to " + max + ", not " + Malformed.quote(text));
            }
            value = value * 10 + digit;
        }
        if (value > max) {
            throw new Malformed(rule, value + " is above " + max);
        }
        return (int) value;
    }

    /** The parameters of a stream of ours, RFC 6184 section 8.1, without the payload type. */
    public static String h264(byte[] sps, byte[] pps) {
        if (sps.length < 4) {
            throw new Malformed("sps", "a sequence parameter set of " + sps.length + " bytes");
        }
        Base64.Encoder base64 = Base64.getEncoder();
        return "packetization-mode=1; profile-level-id="
                + HexFormat.of().withUpperCase().formatHex(sps, 1, 4)
                + "; sprop-parameter-sets=" + base64.encodeToString(sps) + "," + base64.encodeToString(pps);
    }

    /** The parameters of a stream packetised by {@link AacPacketizer}, without the payload type. */
    public static String aac(AudioSpecificConfig config) {
        return "profile-level-id=1; mode=AAC-hbr; sizelength=13; indexlength=3; indexdeltalength=3; config="
                + HexFormat.of().formatHex(config.encode());
    }
}
