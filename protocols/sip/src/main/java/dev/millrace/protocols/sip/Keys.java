package dev.millrace.protocols.sip;

import dev.millrace.protocols.wire.HeaderKey;
import java.util.function.Function;

/**
 * The headers, RFC 3261 section 20 and the RFCs named. A key's value is one member where the header is a comma list. Values
 * of other headers: {@link HeaderKey#text}.
 */
public final class Keys {
    private static final long MAX_32 = 0xFFFF_FFFFL;

    public static final HeaderKey<Via> VIA = new HeaderKey<>("Via", "v", new Field<>(Via::read), Via::encode);
    public static final HeaderKey<NameAddr> FROM = address("From", "f");
    public static final HeaderKey<NameAddr> TO = address("To", "t");
    public static final HeaderKey<String> CALL_ID = text("Call-ID", "i");
    public static final HeaderKey<CSeq> CSEQ = new HeaderKey<>("CSeq", "", new Field<>(CSeq::read), CSeq::encode);
    public static final HeaderKey<Long> MAX_FORWARDS = HeaderKey.number("Max-Forwards", 255);
    public static final HeaderKey<NameAddr> ROUTES = address("Route", "");
    public static final HeaderKey<NameAddr> RECORD_ROUTES = address("Record-Route", "");
    /** RFC 3327. */
    public static final HeaderKey<NameAddr> PATHS = address("Path", "");
    /** RFC 3608. */
    public static final HeaderKey<NameAddr> SERVICE_ROUTES = address("Service-Route", "");

    public static final HeaderKey<Contact> CONTACTS =
            new HeaderKey<>("Contact", "m", new Field<>(Contact::read), Contact::encode);
    /** Seconds; what is no number of 32 bits counts as an hour, RFC 4475 section 3.1.2.4. */
    public static final HeaderKey<Long> EXPIRES =
            new HeaderKey<>("Expires", "", text -> Contact.seconds(text.strip()), String::valueOf);

    public static final HeaderKey<Long> MIN_EXPIRES = HeaderKey.number("Min-Expires", MAX_32);
    /** Seconds with an optional comment and parameters, kept as text. */
    public static final HeaderKey<String> RETRY_AFTER = text("Retry-After", "");

    public static final HeaderKey<String> REQUIRES = text("Require", "");
    public static final HeaderKey<String> PROXY_REQUIRES = text("Proxy-Require", "");
    public static final HeaderKey<String> SUPPORTEDS = text("Supported", "k");
    public static final HeaderKey<String> UNSUPPORTEDS = text("Unsupported", "");
    public static final HeaderKey<String> ALLOW = text("Allow", "");

    public static final HeaderKey<String> ACCEPT = text("Accept", "");
    public static final HeaderKey<String> AUTHORIZATION = text("Authorization", "");
    public static final HeaderKey<String> PROXY_AUTHORIZATION = text("Proxy-Authorization", "");
    public static final HeaderKey<String> WWW_AUTHENTICATE = text("WWW-Authenticate", "");
    public static final HeaderKey<String> PROXY_AUTHENTICATE = text("Proxy-Authenticate", "");
    /** RFC 3325. */
    public static final HeaderKey<NameAddr> P_ASSERTED_IDENTITY = address("P-Asserted-Identity", "");
    /** RFC 3325. */
    public static final HeaderKey<NameAddr> P_PREFERRED_IDENTITY = address("P-Preferred-Identity", "");
    /** RFC 3323. */
    public static final HeaderKey<String> PRIVACY = text("Privacy", "");
    /** RFC 3326. */
    public static final HeaderKey<String> REASON = text("Reason", "");

    public static final HeaderKey<String> USER_AGENT = text("User-Agent", "");
    /** RFC 5626; seconds. */
    public static final HeaderKey<Long> FLOW_TIMER = HeaderKey.number("Flow-Timer", MAX_32);
    /** RFC 4028. */
    public static final HeaderKey<String> SESSION_EXPIRES = text("Session-Expires", "x");
    /** RFC 5393. */
    public static final HeaderKey<Long> MAX_BREADTH = HeaderKey.number("Max-Breadth", MAX_32);

    public static final HeaderKey<String> DATE = text("Date", "");
    public static final HeaderKey<String> CONTENT_TYPE = text("Content-Type", "c");
    /** Written by {@link Edit} itself; what is given here is overruled where it is wrong. */
    public static final HeaderKey<Long> CONTENT_LENGTH = new HeaderKey<>(
            "Content-Length", "l", HeaderKey.number("Content-Length", MAX_32).parse(), String::valueOf);

    private Keys() {}

    private static HeaderKey<NameAddr> address(String name, String compact) {
        return new HeaderKey<>(name, compact, new Field<>(NameAddr::read), NameAddr::encode);
    }

    private static HeaderKey<String> text(String name, String compact) {
        return new HeaderKey<>(name, compact, Function.identity(), Function.identity());
    }
}
