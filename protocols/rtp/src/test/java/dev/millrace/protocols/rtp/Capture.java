package dev.millrace.protocols.rtp;

import dev.millrace.platform.testkit.Hex;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** RTP packets that ffmpeg sent, and what they carry; the commands and the fmtp line stand in the file. */
record Capture(String name, List<byte[]> packets, Map<String, String> fmtp, int units, String sha256) {
    static Capture read(String name) {
        List<byte[]> packets = new ArrayList<>();
        Map<String, String> fmtp = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        int units = 0;
        String sha256 = "";
        for (String line : text(name).split("\n")) {
            if (line.startsWith("# a=fmtp:")) {
                for (String parameter : line.substring(line.indexOf(' ', 9) + 1).split(";")) {
                    String[] parts = parameter.trim().split("=", 2);
                    fmtp.put(parts[0], parts.length > 1 ? parts[1] : "");
                }
            } else if (line.contains(" units, sha256 ")) {
                String[] words = line.split(" ");
                units = Integer.parseInt(words[1]);
                sha256 = words[4];
            } else if (!line.startsWith("#")) {
                packets.add(Hex.of(line));
            }
        }
        return new Capture(name, packets, fmtp, units, sha256);
    }

    private static String text(String name) {
        try (InputStream file = Capture.class.getResourceAsStream("/golden/" + name + ".txt")) {
            if (file == null) {
                throw new AssertionError("no golden file " + name);
            }
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** The digest of all units, one behind the other, as the file states it. */
    static String digest(List<byte[]> units) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            units.forEach(digest::update);
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** The marker, sequence number and so on of each packet stay; only the payload is given. */
    static byte[] packet(int sequence, long timestamp, boolean marker, byte[] payload) {
        return new RtpPacket(96, marker, sequence & 0xFFFF, timestamp, 1, payload).encode();
    }

    @Override
    public String toString() {
        return name;
    }
}
