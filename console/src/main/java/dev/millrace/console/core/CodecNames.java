package dev.millrace.console.core;

import java.util.Locale;
import java.util.Map;

/** RTP encoding names as people call the codecs. */
final class CodecNames {
    /** Characters of a name from outside. */
    private static final int LIMIT = 32;

    private static final Map<String, String> NAMES = Map.ofEntries(
            Map.entry("H264", "H.264"),
            Map.entry("H265", "H.265"),
            Map.entry("H263", "H.263"),
            Map.entry("H263-1998", "H.263"),
            Map.entry("H261", "H.261"),
            Map.entry("MP4V-ES", "MPEG-4 video"),
            Map.entry("MPV", "MPEG-2 video"),
            Map.entry("JPEG", "Motion JPEG"),
            Map.entry("MP2T", "MPEG-TS"),
            Map.entry("MPEG4-GENERIC", "AAC"),
            Map.entry("MP4A-LATM", "AAC"),
            Map.entry("MPA", "MPEG audio"),
            Map.entry("MPA-ROBUST", "MPEG audio"),
            Map.entry("OPUS", "Opus"),
            Map.entry("VORBIS", "Vorbis"),
            Map.entry("AC3", "AC-3"),
            Map.entry("PCMU", "G.711 µ-law"),
            Map.entry("PCMA", "G.711 A-law"),
            Map.entry("G722", "G.722"),
            Map.entry("G726-32", "G.726"),
            Map.entry("G729", "G.729"),
            Map.entry("L16", "PCM 16 bit"),
            Map.entry("VND.ONVIF.METADATA", "ONVIF metadata"));

    private CodecNames() {}

    /** The name people use; an unknown one as written, made fit to be shown. */
    static String of(String encoding) {
        String known = NAMES.get(encoding.toUpperCase(Locale.ROOT));
        return known != null ? known : shown(encoding);
    }

    /** Text from outside: short, printable ASCII. */
    static String shown(String outside) {
        String cut = outside.length() > LIMIT ? outside.substring(0, LIMIT) : outside;
        String plain = cut.replaceAll("[^ -~]", "?");
        return plain.isEmpty() ? "unknown" : plain;
    }
}
