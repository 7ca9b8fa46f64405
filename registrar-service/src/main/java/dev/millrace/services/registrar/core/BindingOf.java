package dev.millrace.services.registrar.core;

import dev.millrace.platform.contracts.Flows.FlowRef;
import dev.millrace.platform.contracts.Location;
import dev.millrace.platform.contracts.Location.Binding;
import dev.millrace.platform.contracts.Transport;
import dev.millrace.platform.runtime.HostPort;
import dev.millrace.protocols.sip.Contact;
import dev.millrace.protocols.sip.Params;
import dev.millrace.protocols.sip.Request;
import dev.millrace.protocols.sip.SipUri;
import dev.millrace.protocols.sip.Uri;
import dev.millrace.protocols.wire.Malformed;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Makes the binding of a contact. */
public final class BindingOf {
    /** Characters of one text of a binding; in UTF-8 each may take three bytes of what the location service stores. */
    public static final int TEXT_LIMIT = Location.TEXT_LIMIT / 3;

    /** Characters of a User-Agent that are kept: it is only shown. */
    public static final int AGENT_LIMIT = 200;

    private static final int SIP_PORT = 5060;

    /** Parameters of a Contact that a binding holds in fields of their own, or that are ours to give. */
    private static final List<String> OWN =
            List.of("expires", "q", "+sip.instance", "reg-id", "methods", "pub-gruu", "temp-gruu");

    private BindingOf() {}

    /**
     * How the request came.
     *
     * @param flow of the request, where it came straight from the client
     * @param kept whether the flow is kept for calls: RFC 5626
     */
    public record Way(Optional<FlowRef> flow, boolean kept) {}

    /** @param expiresAtMillis the end; 0 removes it */
    public static Binding of(Request request, Wish wish, Contact.Address contact, Way way, long expiresAtMillis) {
        Params params = contact.address().params();
        return Binding.at(bounded("contact", contact.uri().encode()))
                .q(contact.q1000())
                .until(expiresAtMillis)
                .by(request.callId(), request.cseq().number())
                .path(path(wish))
                .over(
                        wish.path().isEmpty()
                                ? way.flow.filter(flow -> way.kept || needed(flow, contact.uri()))
                                : Optional.empty())
                .from(
                        way.flow.map(BindingOf::shown).orElse(""),
                        request.text("User-Agent").map(BindingOf::cut).orElse(""))
                .instance(bounded("instance", contact.instance().orElse("")), way.kept ? contact.regId() : 0)
                .gruu(wish.supports("gruu") ? "public" : "")
                .canonical(bounded("contact", canonical(contact.uri())))
                .said(bounded("methods", params.value("methods").orElse("")), bounded("contact", rest(params)))
                .build();
    }

    private static List<String> path(Wish wish) {
        wish.path().forEach(hop -> bounded("path", hop));
        return wish.path();
    }

    private static String bounded(String rule, String text) {
        if (text.length() > TEXT_LIMIT) {
            throw new Malformed(rule, text.length() + " characters, at most " + TEXT_LIMIT);
        }
        for (int i = 0; i < text.length(); i++) {
            if (control(text.charAt(i))) {
                throw new Malformed(rule, "no control characters: they could not be told again");
            }
        }
        return text;
    }

    /** Legal behind the backslash of a quoted pair, and in no header that we write. */
    private static boolean control(char c) {
        return c < ' ' && c != '\t' || c == 0x7F;
    }

    private static String cut(String agent) {
        return agent.length() <= AGENT_LIMIT ? agent : agent.substring(0, AGENT_LIMIT);
    }

    private static String shown(FlowRef flow) {
        return new HostPort(flow.host(), flow.port()).toString();
    }

    /** Over UDP a client that is where its Contact says needs no flow: any node can reach it. */
    private static boolean needed(FlowRef flow, Uri contact) {
        if (flow.transport() != Transport.UDP || !(contact instanceof SipUri uri)) {
            return true;
        }
        int port = uri.port() < 0 ? SIP_PORT : uri.port();
        return !(uri.plainHost().equals(flow.host().toLowerCase(Locale.ROOT)) && port == flow.port())
                || uri.transport().filter(name -> !name.equals("udp")).isPresent();
    }

    /**
     * Equal for contacts that RFC 3261 section 19.1.4 calls the same. Parameters count in any order, but all of them: phones tell
     * their lines apart by ones of their own making.
     */
    static String canonical(Uri contact) {
        if (!(contact instanceof SipUri uri)) {
            return contact.encode();
        }
        String bare = uri.addressOfRecord();
        StringBuilder text = new StringBuilder(bare.length() + 16)
                .append(uri.secure() ? "sips" : "sip")
                .append(bare, "sip".length(), bare.length());
        if (uri.port() >= 0) {
            text.append(':').append(uri.port());
        }
        if (!uri.params().isEmpty()) {
            List<String> params = new ArrayList<>(2);
            for (Params.Param param : uri.params().all()) {
                params.add(param.name().toLowerCase(Locale.ROOT)
                        + (param.value() == null ? "" : "=" + param.value().toLowerCase(Locale.ROOT)));
            }
            Collections.sort(params);
            params.forEach(param -> text.append(';').append(param));
        }
        return text.toString();
    }

    private static String rest(Params params) {
        Params rest = params;
        for (String name : OWN) {
            rest = rest.without(name);
        }
        return rest.encode();
    }
}
