package dev.millrace.protocols.sip;

import dev.millrace.protocols.wire.HeaderKey;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The header names that the house knows, so that lines and keys are compared by number: whatever the spelling, the case or
 * the compact form, RFC 3261 section 7.3.3, one name is one constant. All others are {@link #OTHER}, compared by letters.
 */
enum HeaderName {
    OTHER("", "", Shape.ONE),
    VIA("Via", "v", Shape.LIST),
    FROM("From", "f", Shape.ONE),
    TO("To", "t", Shape.ONE),
    CALL_ID("Call-ID", "i", Shape.ONE),
    CSEQ("CSeq", "", Shape.ONE),
    MAX_FORWARDS("Max-Forwards", "", Shape.ONE),
    ROUTE("Route", "", Shape.LIST),
    RECORD_ROUTE("Record-Route", "", Shape.LIST),
    CONTACT("Contact", "m", Shape.LIST),
    CONTENT_LENGTH("Content-Length", "l", Shape.ONE),
    CONTENT_TYPE("Content-Type", "c", Shape.ONE),
    CONTENT_ENCODING("Content-Encoding", "e", Shape.WORDS),
    CONTENT_LANGUAGE("Content-Language", "", Shape.WORDS),
    CONTENT_DISPOSITION("Content-Disposition", "", Shape.ONE),
    EXPIRES("Expires", "", Shape.ONE),
    MIN_EXPIRES("Min-Expires", "", Shape.ONE),
    RETRY_AFTER("Retry-After", "", Shape.ONE),
    REQUIRE("Require", "", Shape.WORDS),
    PROXY_REQUIRE("Proxy-Require", "", Shape.WORDS),
    SUPPORTED("Supported", "k", Shape.WORDS),
    UNSUPPORTED("Unsupported", "", Shape.WORDS),
    ALLOW("Allow", "", Shape.WORDS),
    ALLOW_EVENTS("Allow-Events", "u", Shape.WORDS),
    ACCEPT("Accept", "", Shape.WORDS),
    ACCEPT_ENCODING("Accept-Encoding", "", Shape.WORDS),
    ACCEPT_LANGUAGE("Accept-Language", "", Shape.WORDS),
    AUTHORIZATION("Authorization", "", Shape.ONE),
    PROXY_AUTHORIZATION("Proxy-Authorization", "", Shape.ONE),
    WWW_AUTHENTICATE("WWW-Authenticate", "", Shape.ONE),
    PROXY_AUTHENTICATE("Proxy-Authenticate", "", Shape.ONE),
    AUTHENTICATION_INFO("Authentication-Info", "", Shape.ONE),
    P_ASSERTED_IDENTITY("P-Asserted-Identity", "", Shape.LIST),
    P_PREFERRED_IDENTITY("P-Preferred-Identity", "", Shape.LIST),
    PRIVACY("Privacy", "", Shape.ONE),
    PATH("Path", "", Shape.LIST),
    SERVICE_ROUTE("Service-Route", "", Shape.LIST),
    REASON("Reason", "", Shape.WORDS),
    USER_AGENT("User-Agent", "", Shape.ONE),
    SERVER("Server", "", Shape.ONE),
    FLOW_TIMER("Flow-Timer", "", Shape.ONE),
    SESSION_EXPIRES("Session-Expires", "x", Shape.ONE),
    MIN_SE("Min-SE", "", Shape.ONE),
    WARNING("Warning", "", Shape.WORDS),
    DATE("Date", "", Shape.ONE),
    TIMESTAMP("Timestamp", "", Shape.ONE),
    MAX_BREADTH("Max-Breadth", "", Shape.ONE),
    EVENT("Event", "o", Shape.ONE),
    SUBSCRIPTION_STATE("Subscription-State", "", Shape.ONE),
    SUBJECT("Subject", "s", Shape.ONE),
    REFER_TO("Refer-To", "r", Shape.ONE),
    REFERRED_BY("Referred-By", "b", Shape.ONE),
    REPLACES("Replaces", "", Shape.ONE),
    RSEQ("RSeq", "", Shape.ONE),
    RACK("RAck", "", Shape.ONE),
    SIP_ETAG("SIP-ETag", "", Shape.ONE),
    SIP_IF_MATCH("SIP-If-Match", "", Shape.ONE),
    REQUEST_DISPOSITION("Request-Disposition", "d", Shape.WORDS),
    ACCEPT_CONTACT("Accept-Contact", "a", Shape.WORDS),
    REJECT_CONTACT("Reject-Contact", "j", Shape.WORDS),
    ALERT_INFO("Alert-Info", "", Shape.WORDS),
    CALL_INFO("Call-Info", "", Shape.WORDS),
    ERROR_INFO("Error-Info", "", Shape.WORDS),
    IN_REPLY_TO("In-Reply-To", "", Shape.WORDS),
    HISTORY_INFO("History-Info", "", Shape.LIST),
    DIVERSION("Diversion", "", Shape.LIST),
    MIME_VERSION("MIME-Version", "", Shape.ONE),
    ORGANIZATION("Organization", "", Shape.ONE),
    PRIORITY("Priority", "", Shape.ONE),
    REPLY_TO("Reply-To", "", Shape.ONE),
    IDENTITY("Identity", "y", Shape.ONE),
    IDENTITY_INFO("Identity-Info", "n", Shape.ONE),
    ANSWER_MODE("Answer-Mode", "", Shape.ONE);

    /** How many values a line carries. */
    enum Shape {
        /** One; a comma is part of it. */
        ONE,
        /** One or more with commas between them; an empty one is malformed. */
        LIST,
        /** Any number with commas between them; empty ones are stepped over. */
        WORDS
    }

    private static final HeaderName[] ALL = values();
    /** Slots of the table; a power of two, several times the names. */
    private static final int SLOTS = 1_024;

    private static final short[] TABLE = new short[SLOTS];
    /** By the hash of the spelling, which a text remembers: finds the name of a key in a few nanoseconds, or null. */
    private static final @Nullable HeaderName[] BY_SPELLING = new @Nullable HeaderName[SLOTS];

    static {
        for (HeaderName name : ALL) {
            BY_SPELLING[name.spelling.hashCode() & (SLOTS - 1)] = name;
            enter(name.lower, name);
            enter(name.compactLower, name);
        }
    }

    private final String spelling;
    private final String compact;
    private final Shape shape;
    private final byte[] lower;
    private final byte[] compactLower;

    HeaderName(String spelling, String compact, Shape shape) {
        this.spelling = spelling;
        this.compact = compact;
        this.shape = shape;
        this.lower = Grammar.bytes(spelling.toLowerCase(Locale.ROOT));
        this.compactLower = Grammar.bytes(compact);
    }

    private static void enter(byte[] lower, HeaderName name) {
        if (lower.length == 0) {
            return;
        }
        int slot = slot(lower[0], lower[lower.length - 1], lower[lower.length / 2], lower.length);
        while (TABLE[slot] != 0) {
            slot = (slot + 1) & (SLOTS - 1);
        }
        TABLE[slot] = (short) name.ordinal();
    }

    private static int slot(int first, int last, int middle, int length) {
        return (first * 31 + last * 7 + middle * 131 + length * 61) & (SLOTS - 1);
    }

    /** The ordinal of the name that the slice spells; its bytes are token characters. */
    static int id(byte[] b, int from, int to) {
        int length = to - from;
        int slot = slot(b[from] | 0x20, b[to - 1] | 0x20, b[from + length / 2] | 0x20, length);
        int id = TABLE[slot];
        while (id != 0) {
            HeaderName name = ALL[id];
            if (Grammar.spells(b, from, to, name.lower) || Grammar.spells(b, from, to, name.compactLower)) {
                return id;
            }
            slot = (slot + 1) & (SLOTS - 1);
            id = TABLE[slot];
        }
        return 0;
    }

    static HeaderName of(String name) {
        HeaderName exact = BY_SPELLING[name.hashCode() & (SLOTS - 1)];
        if (exact != null && exact.spelling.equals(name)) {
            return exact;
        }
        int length = name.length();
        if (length == 0) {
            return OTHER;
        }
        int slot = slot(name.charAt(0) | 0x20, name.charAt(length - 1) | 0x20, name.charAt(length / 2) | 0x20, length);
        while (TABLE[slot] != 0) {
            HeaderName known = ALL[TABLE[slot]];
            if (known.spelling.equalsIgnoreCase(name) || known.compact.equalsIgnoreCase(name)) {
                return known;
            }
            slot = (slot + 1) & (SLOTS - 1);
        }
        return OTHER;
    }

    static HeaderName of(HeaderKey<?> key) {
        return of(key.name());
    }

    static HeaderName of(int id) {
        return ALL[id];
    }

    String spelling() {
        return spelling;
    }

    Shape shape() {
        return shape;
    }
}
