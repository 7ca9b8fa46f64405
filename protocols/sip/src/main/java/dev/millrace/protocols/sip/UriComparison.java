package dev.millrace.protocols.sip;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** RFC 3261 section 19.1.4: when two SIP URIs mean the same. */
final class UriComparison {
    /** Parameters that must be in both or in none. */
    private static final Set<String> IN_BOTH = Set.of("user", "ttl", "method", "maddr", "transport");

    private UriComparison() {}

    static boolean same(SipUri one, SipUri two) {
        return one.secure() == two.secure()
                && one.port() == two.port()
                && canonical(one.user()).equals(canonical(two.user()))
                && canonical(one.password()).equals(canonical(two.password()))
                && host(one.host()).equals(host(two.host()))
                && params(one.params(), two.params())
                && headers(one.headers()).equals(headers(two.headers()));
    }

    /** An escaped character of the reserved set is another one than itself, section 19.1.4. */
    private static String canonical(String escaped) {
        return Escapes.canonical(escaped, Grammar.UNRESERVED);
    }

    /** One pass over each: who sends a hundred parameters must not make it ten thousand comparisons. */
    private static boolean params(Params one, Params two) {
        if (one.equals(two)) {
            return true;
        }
        Map<String, String> ofOne = byName(one);
        Map<String, String> ofTwo = byName(two);
        return agree(ofOne, ofTwo) && agree(ofTwo, ofOne);
    }

    private static boolean agree(Map<String, String> of, Map<String, String> in) {
        for (Map.Entry<String, String> param : of.entrySet()) {
            String other = in.get(param.getKey());
            boolean same = other == null ? !IN_BOTH.contains(param.getKey()) : other.equalsIgnoreCase(param.getValue());
            if (!same) {
                return false;
            }
        }
        return true;
    }

    /** The first of a name counts. */
    private static Map<String, String> byName(Params params) {
        Map<String, String> byName = new HashMap<>();
        for (Params.Param param : params.all()) {
            byName.putIfAbsent(param.name().toLowerCase(Locale.ROOT), Objects.requireNonNullElse(param.value(), ""));
        }
        return byName;
    }

    private static List<String> headers(String text) {
        List<String> headers = new ArrayList<>();
        for (String header : text.split("&", -1)) {
            int mark = header.indexOf('=');
            String name = mark < 0 ? header : header.substring(0, mark);
            String value = mark < 0 ? "" : header.substring(mark);
            headers.add(Escapes.undone(name).toLowerCase(Locale.ROOT) + Escapes.undone(value));
        }
        headers.sort(null);
        return headers;
    }

    /** The host in lower case; of an IPv6 address its eight groups, RFC 5954 section 4.1. */
    static String host(String text) {
        String plain = SipUri.plain(text);
        if (plain.indexOf(':') < 0) {
            return plain;
        }
        int gap = plain.indexOf("::");
        List<String> left = groups(gap < 0 ? plain : plain.substring(0, gap));
        List<String> right = groups(gap < 0 ? "" : plain.substring(gap + 2));
        StringBuilder whole = new StringBuilder(40);
        left.forEach(group -> whole.append(group).append(':'));
        for (int i = left.size() + right.size(); i < 8; i++) {
            whole.append("0:");
        }
        right.forEach(group -> whole.append(group).append(':'));
        return whole.toString();
    }

    private static List<String> groups(String text) {
        List<String> groups = new ArrayList<>();
        for (String group : text.split(":", -1)) {
            if (group.indexOf('.') >= 0) {
                dotted(group, groups);
            } else if (!group.isEmpty()) {
                String bare = group.replaceFirst("^0+(?=.)", "");
                groups.add(bare);
            }
        }
        return groups;
    }

    private static void dotted(String address, List<String> groups) {
        String[] octets = address.split("\\.", -1);
        if (octets.length != 4) {
            groups.add(address);
            return;
        }
        for (int i = 0; i < 4; i += 2) {
            groups.add(Integer.toHexString(octet(octets[i]) << 8 | octet(octets[i + 1])));
        }
    }

    private static int octet(String text) {
        return text.isEmpty() || text.length() > 3 || !text.chars().allMatch(c -> c >= '0' && c <= '9')
                ? 0
                : Integer.parseInt(text) & 0xFF;
    }
}
