package dev.millrace.services.redirect.core;

import dev.millrace.platform.contracts.Location.Binding;
import dev.millrace.platform.contracts.Location.Bindings;
import dev.millrace.protocols.sip.Contact;
import dev.millrace.protocols.sip.NameAddr;
import dev.millrace.protocols.sip.Params;
import dev.millrace.protocols.sip.SipUri;
import dev.millrace.protocols.sip.Uri;
import dev.millrace.protocols.wire.Malformed;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** The contacts of a 302, best first, each with its q and how long it holds: RFC 3261 sections 8.3 and 20.10. */
public final class Moved {
    /** A name under which nobody is found, RFC 2606: where a page says that it is. */
    private static final String NOWHERE = ".invalid";

    private Moved() {}

    /**
     * Each URI once: two flows of a phone are one contact for a caller.
     *
     * @param asked the Request-URI: never named again (section 8.1.3.4 would loop); its {@code gr} names the one instance that is
     *     wanted (RFC 5627 section 6.1)
     * @param bindings best first
     * @param ours whether a URI leads back to this cluster; such a contact is left out
     * @param nowMillis of the Unix epoch
     */
    public static List<Contact> contacts(SipUri asked, Bindings bindings, Predicate<SipUri> ours, long nowMillis) {
        String instance = asked.params().value("gr").orElse("");
        List<Contact> contacts = new ArrayList<>(bindings.bindings().size());
        Set<String> named = new HashSet<>();
        for (Binding binding : bindings.bindings()) {
            boolean wanted = instance.isEmpty() || instance.equalsIgnoreCase(binding.instance());
            if (wanted && binding.live(nowMillis)) {
                usable(binding.contact(), asked, ours)
                        .filter(uri -> named.add(uri.encode()))
                        .ifPresent(uri -> contacts.add(contact(uri, binding, nowMillis)));
            }
        }
        return List.copyOf(contacts);
    }

    private static Contact contact(Uri uri, Binding binding, long nowMillis) {
        Params params = binding.q1000() < 1000 ? Params.NONE.with("q", Contact.q(binding.q1000())) : Params.NONE;
        return new Contact.Address(
                new NameAddr("", uri, params.with("expires", String.valueOf(binding.secondsLeft(nowMillis)))));
    }

    private static Optional<Uri> usable(String contact, SipUri asked, Predicate<SipUri> ours) {
        Uri uri;
        try {
            uri = Uri.parse(contact);
        } catch (Malformed unreadable) {
            return Optional.empty();
        }
        boolean useless = uri instanceof SipUri sip
                && (ours.test(sip) || asked.sameAs(sip) || sip.plainHost().endsWith(NOWHERE));
        return useless ? Optional.empty() : Optional.of(uri);
    }
}
