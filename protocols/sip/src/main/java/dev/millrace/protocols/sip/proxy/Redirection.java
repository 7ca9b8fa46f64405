package dev.millrace.protocols.sip.proxy;

import dev.millrace.protocols.sip.Contact;
import dev.millrace.protocols.sip.Keys;
import dev.millrace.protocols.sip.Response;
import dev.millrace.protocols.sip.SipUri;
import dev.millrace.protocols.sip.TelUri;
import dev.millrace.protocols.sip.Uri;
import dev.millrace.protocols.wire.Malformed;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;

/** What a proxy may follow of a 3xx, RFC 3261 section 16.7 step 4. */
final class Redirection {
    private Redirection() {}

    /** Not 305, which wants to be asked in another way, and not 380, which has no address for this request. */
    static boolean followed(int status) {
        return status == 300 || status == 301 || status == 302;
    }

    /** The contacts as targets, those of equal q together, the highest first; of a malformed Contact none. */
    static List<List<Target>> targets(Uri asked, Response response) {
        boolean secure = asked instanceof SipUri uri && uri.secure();
        TreeMap<Integer, List<Target>> groups = new TreeMap<>(Comparator.reverseOrder());
        try {
            for (Contact contact : response.all(Keys.CONTACTS)) {
                if (contact instanceof Contact.Address address && usable(address.uri(), secure)) {
                    Uri uri = address.uri() instanceof SipUri sip ? sip.asRequestUri() : address.uri();
                    groups.computeIfAbsent(address.q1000(), q -> new ArrayList<>())
                            .add(new Target(uri, Target.NEW));
                }
            }
        } catch (Malformed malformed) {
            return List.of();
        }
        Collection<List<Target>> byPreference = groups.values();
        return List.copyOf(byPreference);
    }

    /** What was asked for with sips must not go on without it. */
    private static boolean usable(Uri uri, boolean secure) {
        return uri instanceof SipUri sip ? sip.secure() || !secure : uri instanceof TelUri && !secure;
    }

    static boolean same(Uri one, Uri other) {
        return one instanceof SipUri first && other instanceof SipUri second ? first.sameAs(second) : one.equals(other);
    }
}
