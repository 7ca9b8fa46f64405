package dev.millrace.platform.contracts;

import dev.millrace.platform.contracts.Flows.FlowRef;
import dev.millrace.platform.contracts.Location.Binding;
import java.util.List;
import java.util.Optional;

/**
 * A {@link Binding} in the making, its fields by name: {@code Binding.at(contact).q(500).build()}. What is not said is empty or 0, but
 * the preference is the best and the canonical form the contact itself. For one thread.
 */
public final class BindingDraft {
    private final String contact;
    private int q1000 = 1000;
    private long expiresAtMillis;
    private String callId = "";
    private long cseq;
    private List<String> path = List.of();
    private Optional<FlowRef> flow = Optional.empty();
    private String received = "";
    private String userAgent = "";
    private String instance = "";
    private int regId;
    private String gruu = "";
    private String methods = "";
    private long registeredAtMillis;
    private String canonical = "";
    private String params = "";
    private long version;

    BindingDraft(String contact) {
        this.contact = contact;
    }

    BindingDraft(Binding of) {
        this(of.contact());
        q(of.q1000()).until(of.expiresAtMillis()).by(of.callId(), of.cseq()).path(of.path());
        over(of.flow()).from(of.received(), of.userAgent()).instance(of.instance(), of.regId());
        gruu(of.gruu()).canonical(of.canonical()).said(of.methods(), of.params());
        written(of.registeredAtMillis(), of.version());
    }

    public BindingDraft q(int thousandths) {
        q1000 = thousandths;
        return this;
    }

    /** When it ends, milliseconds of the Unix epoch. */
    public BindingDraft until(long millis) {
        expiresAtMillis = millis;
        return this;
    }

    /** The REGISTER that wrote it. */
    public BindingDraft by(String registeringCallId, long registeringCseq) {
        callId = registeringCallId;
        cseq = registeringCseq;
        return this;
    }

    public BindingDraft path(List<String> hops) {
        path = hops;
        return this;
    }

    public BindingDraft over(Optional<FlowRef> taken) {
        flow = taken;
        return this;
    }

    public BindingDraft from(String address, String agent) {
        received = address;
        userAgent = agent;
        return this;
    }

    public BindingDraft instance(String id, int flowNumber) {
        instance = id;
        regId = flowNumber;
        return this;
    }

    public BindingDraft gruu(String seed) {
        gruu = seed;
        return this;
    }

    public BindingDraft canonical(String form) {
        canonical = form;
        return this;
    }

    /** What else the Contact said: its methods, and the parameters that have no field. */
    public BindingDraft said(String allowed, String others) {
        methods = allowed;
        params = others;
        return this;
    }

    BindingDraft written(long atMillis, long newVersion) {
        registeredAtMillis = atMillis;
        version = newVersion;
        return this;
    }

    public Binding build() {
        return new Binding(
                contact,
                q1000,
                expiresAtMillis,
                callId,
                cseq,
                path,
                flow,
                received,
                userAgent,
                instance,
                regId,
                gruu,
                methods,
                registeredAtMillis,
                canonical,
                params,
                version);
    }
}
