package dev.millrace.protocols.rtsp;

import dev.millrace.protocols.wire.HeaderKey;
import dev.millrace.protocols.wire.Malformed;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Headers whose values need no record of their own, RFC 2326 section 12. The others carry their KEY: {@link Transport},
 * {@link Range}, {@link RtpInfo}, {@link SessionHeader}.
 */
public final class Keys {
    /** Section 12.17. */
    public static final HeaderKey<Long> CSEQ = HeaderKey.number("CSeq", 0xFFFF_FFFFL);
    /** Section 12.14. */
    public static final HeaderKey<Long> CONTENT_LENGTH = HeaderKey.number("Content-Length", Integer.MAX_VALUE);

    public static final HeaderKey<String> CONTENT_TYPE = HeaderKey.text("Content-Type");
    public static final HeaderKey<String> CONTENT_BASE = HeaderKey.text("Content-Base");
    public static final HeaderKey<String> ACCEPT = HeaderKey.text("Accept");
    public static final HeaderKey<String> AUTHORIZATION = HeaderKey.text("Authorization");
    public static final HeaderKey<String> LOCATION = HeaderKey.text("Location");
    public static final HeaderKey<String> SERVER = HeaderKey.text("Server");
    public static final HeaderKey<String> USER_AGENT = HeaderKey.text("User-Agent");
    /** Section 12.28. */
    public static final HeaderKey<List<Method>> PUBLIC = methods("Public");
    /** Section 12.4. */
    public static final HeaderKey<List<Method>> ALLOW = methods("Allow");
    /** Section 12.32: option tags that the peer must understand. */
    public static final HeaderKey<List<String>> REQUIRE = list("Require");
    /** Section 12.27: the same for proxies; this server stands in for them. */
    public static final HeaderKey<List<String>> PROXY_REQUIRE = list("Proxy-Require");
    /** Section 12.41: the tags that were not understood. */
    public static final HeaderKey<List<String>> UNSUPPORTED = list("Unsupported");

    /** Members of one list header. */
    public static final int MAX_LIST = 32;

    private Keys() {}

    private static HeaderKey<List<String>> list(String name) {
        return new HeaderKey<>(name, "", text -> members(name, text), value -> String.join(", ", value));
    }

    private static HeaderKey<List<Method>> methods(String name) {
        return new HeaderKey<>(
                name,
                "",
                text -> members(name, text).stream().map(Method::parse).toList(),
                value -> value.stream().map(Method::name).collect(Collectors.joining(", ")));
    }

    private static List<String> members(String name, String text) {
        List<String> members = Stream.of(text.split(",", MAX_LIST + 1))
                .map(String::trim)
                .filter(member -> !member.isEmpty())
                .toList();
        if (members.size() > MAX_LIST) {
            throw new Malformed("list", name + " with more than " + MAX_LIST + " members");
        }
        return members;
    }
}
