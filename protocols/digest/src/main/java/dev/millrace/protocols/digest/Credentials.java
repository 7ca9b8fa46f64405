package dev.millrace.protocols.digest;

import dev.millrace.protocols.wire.Malformed;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The value of {@code Authorization} or {@code Proxy-Authorization}, RFC 7616 section 3.4. Immutable. What is missing is the
 * empty text.
 *
 * @param username of {@code username} or {@code username*}
 * @param userhash the name is hashed, RFC 7616 section 3.4.4
 * @param uri the digest URI as written
 * @param algorithm as written; empty means MD5
 * @param qop {@code auth}, or empty from a client of RFC 2069
 * @param nc hexadecimal digits as written, because they are hashed
 * @param others parameters that we do not know, in order
 */
public record Credentials(
        String username,
        boolean userhash,
        String realm,
        String nonce,
        String uri,
        String response,
        String algorithm,
        String cnonce,
        String opaque,
        String qop,
        String nc,
        List<AuthParam> others) {
    /** The rule that broken ones break. */
    static final String RULE = "credentials";

    private static final int MAX_NC = 8;

    public Credentials {
        others = List.copyOf(others);
    }

    /** Reads one header value; {@link Malformed} where it is incomplete or of another scheme. */
    public static Credentials parse(String header) {
        String username = "";
        boolean userhash = false;
        String realm = "";
        String nonce = "";
        String uri = "";
        String response = "";
        String algorithm = "";
        String cnonce = "";
        String opaque = "";
        String qop = "";
        String nc = "";
        boolean plain = false;
        boolean extended = false;
        int needed = 0;
        List<AuthParam> others = List.of();
        for (AuthParam param : AuthParam.parse(RULE, header)) {
            String value = param.value();
            switch (param.name()) {
                case "username" -> {
                    username = value;
                    plain = true;
                    needed |= 1;
                }
                case "username*" -> {
                    username = extended(value);
                    extended = true;
                    needed |= 1;
                }
                case "realm" -> {
                    realm = value;
                    needed |= 2;
                }
                case "nonce" -> {
                    nonce = value;
                    needed |= 4;
                }
                case "uri" -> {
                    uri = value;
                    needed |= 8;
                }
                case "response" -> {
                    response = value;
                    needed |= 16;
                }
                case "algorithm" -> algorithm = value;
                case "cnonce" -> cnonce = value;
                case "opaque" -> opaque = value;
                case "qop" -> qop = value;
                case "nc" -> nc = count(value);
                case "userhash" -> userhash = value.equalsIgnoreCase("true");
                default -> {
                    others = others.isEmpty() ? new ArrayList<>(2) : others;
                    others.add(param);
                }
            }
        }
        if (plain && extended) {
            throw new Malformed(RULE, "username and username* together");
        }
        if (needed != 31) {
            throw new Malformed(RULE, "username, realm, nonce, uri and response are needed");
        }
        if (!qop.isEmpty() && (cnonce.isEmpty() || nc.isEmpty())) {
            throw new Malformed(RULE, "qop needs cnonce and nc");
        }
        return new Credentials(
                username, userhash, realm, nonce, uri, response, algorithm, cnonce, opaque, qop, nc, others);
    }

    private static String count(String value) {
        if (value.isEmpty() || value.length() > MAX_NC) {
            throw new Malformed(RULE, "nc of 1 to 8 hexadecimal digits, not " + Malformed.quote(value));
        }
        for (int i = 0; i < value.length(); i++) {
            if (hex(value.charAt(i)) < 0) {
                throw new Malformed(RULE, "nc of 1 to 8 hexadecimal digits, not " + Malformed.quote(value));
            }
        }
        return value;
    }

    /** ASCII only: {@link Character#digit} would take the digits of every script. */
    private static int hex(char c) {
        return c < 0x80 ? Character.digit(c, 16) : -1;
    }

    /** RFC 8187: {@code UTF-8''J%C3%A4s%C3%B8n}. */
    private static String extended(String value) {
        int first = value.indexOf('\'');
        int second = first < 0 ? -1 : value.indexOf('\'', first + 1);
        if (second < 0 || !value.substring(0, first).equalsIgnoreCase("UTF-8")) {
            throw new Malformed(RULE, "username* as UTF-8''name, not " + Malformed.quote(value));
        }
        byte[] name = new byte[value.length() - second];
        int length = 0;
        for (int at = second + 1; at < value.length(); at++) {
            char c = value.charAt(at);
            if (c != '%') {
                name[length++] = (byte) c;
                continue;
            }
            int high = at + 2 < value.length() ? hex(value.charAt(at + 1)) : -1;
            int low = high < 0 ? -1 : hex(value.charAt(at + 2));
            if (low < 0) {
                throw new Malformed(RULE, "username* with a broken escape " + Malformed.quote(value));
            }
            name[length++] = (byte) (high << 4 | low);
            at += 2;
        }
        return new String(name, 0, length, StandardCharsets.UTF_8);
    }

    /** The nonce count; 0 where there is none. */
    public long count() {
        return nc.isEmpty() ? 0 : Long.parseLong(nc, 16);
    }

    Credentials withResponse(byte[] hex) {
        return new Credentials(
                username,
                userhash,
                realm,
                nonce,
                uri,
                new String(hex, StandardCharsets.US_ASCII),
                algorithm,
                cnonce,
                opaque,
                qop,
                nc,
                others);
    }

    /** The header value. */
    public String encode() {
        StringBuilder header = new StringBuilder(320);
        AuthParam.quoted(header, "username", username);
        AuthParam.quoted(header, "realm", realm);
        AuthParam.quoted(header, "nonce", nonce);
        AuthParam.quoted(header, "uri", uri);
        AuthParam.quoted(header, "response", response);
        if (!algorithm.isEmpty()) {
            AuthParam.plain(header, "algorithm", algorithm);
        }
        if (!cnonce.isEmpty()) {
            AuthParam.quoted(header, "cnonce", cnonce);
        }
        if (!opaque.isEmpty()) {
            AuthParam.quoted(header, "opaque", opaque);
        }
        if (!qop.isEmpty()) {
            AuthParam.plain(header, "qop", qop);
        }
        if (!nc.isEmpty()) {
            AuthParam.plain(header, "nc", nc);
        }
        if (userhash) {
            AuthParam.plain(header, "userhash", "true");
        }
        others.forEach(param -> AuthParam.quoted(header, param.name(), param.value()));
        return header.toString();
    }
}
