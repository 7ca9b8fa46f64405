package dev.millrace.platform.runtime.testing;

import dev.millrace.platform.contracts.Flows.FlowRef;
import dev.millrace.platform.contracts.Location.Binding;
import java.util.List;
import java.util.Optional;

/** A binding as a test needs it: of the best q, without end, and empty where the test says nothing. */
public final class TestBinding {
    private final String contact;
    private int q1000 = 1000;
    private long expiresAtMillis = Long.MAX_VALUE;
    private String callId = "call-id";
    private long cseq = 1;
    private List<String> path = List.of();
    private Optional<FlowRef> flow = Optional.empty();
    private String received = "";
    private String userAgent = "";
    private String instance = "";
    private int regId;
    private String methods = "";
    private String params = "";

    private TestBinding(String contact) {
        this.contact = contact;
    }

    public static TestBinding at(String contact) {
        return new TestBinding(contact);
    }

    public TestBinding q(int thousandths) {
        q1000 = thousandths;
        return this;
    }

    public TestBinding until(long millis) {
        expiresAtMillis = millis;
        return this;
    }

    public TestBinding by(String registeringCallId, long registeringCseq) {
        callId = registeringCallId;
        cseq = registeringCseq;
        return this;
    }

    public TestBinding path(String... hops) {
        path = List.of(hops);
        return this;
    }

    public TestBinding over(Optional<FlowRef> taken) {
        flow = taken;
        return this;
    }

    public TestBinding from(String address, String agent) {
        received = address;
        userAgent = agent;
        return this;
    }

    public TestBinding instance(String id, int flowNumber) {
        instance = id;
        regId = flowNumber;
        return this;
    }

    public TestBinding methods(String allowed) {
        methods = allowed;
        return this;
    }

    public TestBinding params(String ofTheContact) {
        params = ofTheContact;
        return this;
    }

    /** Not written yet: {@link Binding#written} gives it its time and version. */
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
                "",
                methods,
                0,
                "",
                params,
                0);
    }
}
