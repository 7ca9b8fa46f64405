package dev.millrace.services.registrar.core;

import dev.millrace.platform.contracts.Location.Binding;
import dev.millrace.platform.contracts.Location.Bindings;
import dev.millrace.protocols.sip.Contact;
import dev.millrace.protocols.sip.Edit;
import dev.millrace.protocols.sip.Keys;
import dev.millrace.protocols.sip.Params;
import dev.millrace.protocols.sip.Request;
import dev.millrace.protocols.sip.Response;
import dev.millrace.protocols.sip.SipUri;
import dev.millrace.protocols.wire.HeaderKey;

/** What a REGISTER is answered with: RFC 3261 section 10.3 step 8. */
public final class Answers {
    /** A binding's texts were read by us when it was made; they are not read again for each answer. */
    private static final HeaderKey<String> CONTACT = HeaderKey.text("Contact");

    private Answers() {}

    /**
     * The 200 with every binding that lives.
     *
     * @param tag for To
     * @param nowMillis of the Unix epoch
     */
    public static Edit<Response> ok(Request request, Wish wish, Bindings bindings, String tag, long nowMillis) {
        Edit<Response> answer = Response.to(request, 200, "OK", tag);
        for (Binding binding : bindings.bindings()) {
            if (binding.live(nowMillis)) {
                answer.append(CONTACT, contact(wish, binding, nowMillis));
            }
        }
        if (wish.supports("path")) {
            request.all(Keys.PATHS).forEach(hop -> answer.append(Keys.PATHS, hop));
        }
        return answer;
    }

    private static String contact(Wish wish, Binding binding, long nowMillis) {
        StringBuilder text = new StringBuilder(128)
                .append('<')
                .append(binding.contact())
                .append('>')
                .append(binding.params());
        if (binding.q1000() < 1000) {
            text.append(";q=").append(Contact.q(binding.q1000()));
        }
        text.append(";expires=").append(binding.secondsLeft(nowMillis));
        if (!binding.instance().isEmpty()) {
            Params named = Params.NONE.with("+sip.instance", "<" + binding.instance() + ">");
            if (wish.supports("gruu") && !binding.gruu().isEmpty()) {
                named = named.with("pub-gruu", gruu(wish.addressOfRecord(), binding.instance()));
            }
            text.append(named.encode());
        }
        if (binding.regId() > 0) {
            text.append(";reg-id=").append(binding.regId());
        }
        return text.toString();
    }

    /** The public GRUU: RFC 5627 section 5.1, the address of record with the instance. */
    private static String gruu(String addressOfRecord, String instance) {
        return SipUri.parse(addressOfRecord).with("gr", instance).encode();
    }

    /** An answer that is not 200. */
    public static Response refused(Request request, Wish.Refused refused, String tag) {
        Edit<Response> answer = Response.to(request, refused.status(), refused.reason(), tag);
        refused.fields().forEach(field -> answer.append(HeaderKey.text(field.name()), field.value()));
        return answer.build();
    }
}
