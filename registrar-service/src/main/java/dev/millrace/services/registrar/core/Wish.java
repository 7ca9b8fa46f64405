package dev.millrace.services.registrar.core;

import dev.millrace.protocols.sip.Contact;
import dev.millrace.protocols.sip.Keys;
import dev.millrace.protocols.sip.NameAddr;
import dev.millrace.protocols.sip.Request;
import dev.millrace.protocols.sip.SipUri;
import dev.millrace.protocols.wire.Malformed;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;

/**
 * What a REGISTER wants: RFC 3261 section 10.2 and 10.3 steps 6 and 7.
 *
 * @param addressOfRecord canonical, out of To
 * @param domain the host of To
 * @param all {@code Contact: *}: every binding goes
 * @param contacts what is to be added, refreshed or, with an expiry of 0, removed; none is a question for what is there
 * @param path the Path, first hop first (RFC 3327)
 * @param supports option tags of Supported, in lower case
 */
public record Wish(
        String addressOfRecord,
        String domain,
        boolean all,
        List<Wanted> contacts,
        List<String> path,
        List<String> supports) {
    /** Option tags of Require that are understood here. */
    public static final Set<String> UNDERSTOOD = Set.of("path", "outbound", "gruu");

    /** One contact; {@code expires} is what it or the header asks for. */
    public record Wanted(Contact.Address contact, OptionalLong expires) {
        public boolean removal() {
            return expires.isPresent() && expires.getAsLong() == 0;
        }
    }

    /** An answer that is not 200, with what stands in its header. */
    public record Refused(int status, String reason, List<Field> fields) {
        /** A header line of the answer. */
        public record Field(String name, String value) {}

        public static Refused of(int status, String reason) {
            return new Refused(status, reason, List.of());
        }
    }

    /** Reads the request; {@link Malformed} where it breaks the grammar or section 10.3 step 6, to be answered 400. */
    public static Wish of(Request request) {
        SipUri to = request.to().sipUri();
        if (to.user().isEmpty()) {
            throw new Malformed("to", "an address of record has a user");
        }
        List<Contact> given = request.contacts();
        Optional<Long> expires = request.first(Keys.EXPIRES);
        OptionalLong header = expires.isPresent() ? OptionalLong.of(expires.get()) : OptionalLong.empty();
        boolean all = given.contains(new Contact.Star());
        if (all && (given.size() > 1 || header.isEmpty() || header.getAsLong() != 0)) {
            throw new Malformed("contact", "* stands alone and with Expires: 0");
        }
        List<Wanted> contacts = new ArrayList<>(given.size());
        for (Contact contact : given) {
            if (contact instanceof Contact.Address address) {
                long own = address.expires();
                // Asked here, so that a bad value is refused before anything is changed.
                address.q1000();
                contacts.add(new Wanted(address, own >= 0 ? OptionalLong.of(own) : header));
            }
        }
        return new Wish(
                to.addressOfRecord(),
                to.plainHost(),
                all,
                List.copyOf(contacts),
                each(request.all(Keys.PATHS), NameAddr::encode),
                each(request.all(Keys.SUPPORTEDS), text -> text.toLowerCase(Locale.ROOT)));
    }

    /** Without a stream: most REGISTER have neither header, and a stream costs more than all else here. */
    private static <T> List<String> each(List<T> values, Function<T, String> text) {
        if (values.isEmpty()) {
            return List.of();
        }
        List<String> texts = new ArrayList<>(values.size());
        values.forEach(value -> texts.add(text.apply(value)));
        return List.copyOf(texts);
    }

    public boolean supports(String tag) {
        return supports.contains(tag);
    }

    /** The same in the domain that a served host stands for: a node's address stands for the default domain. */
    public Wish in(String served) {
        if (served.equals(domain)) {
            return this;
        }
        String user = addressOfRecord.substring(0, addressOfRecord.lastIndexOf('@') + 1);
        return new Wish(user + served, served, all, contacts, path, supports);
    }

    /** Whether this is a question only. */
    public boolean question() {
        return !all && contacts.isEmpty();
    }
}
