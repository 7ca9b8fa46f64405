package dev.millrace.services.registrar.core;

import dev.millrace.platform.contracts.Flows.FlowRef;
import dev.millrace.platform.contracts.Location;
import dev.millrace.platform.contracts.Location.Binding;
import dev.millrace.platform.contracts.Location.Saving;
import dev.millrace.protocols.sip.Keys;
import dev.millrace.protocols.sip.Request;
import dev.millrace.protocols.sip.SipUri;
import dev.millrace.protocols.wire.Malformed;
import dev.millrace.services.registrar.core.Wish.Refused;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * What becomes of a REGISTER that its sender may send: RFC 3261 section 10.3 steps 6 to 8, RFC 5626 section 6, RFC 5627 section 5.1.
 *
 * @param grants how long a binding may live
 * @param contacts bindings of one address of record, at most
 */
public record Rules(Grants grants, int contacts) {
    private static final long MILLIS = 1_000;

    /** The sealed outcome of {@link #decide}. */
    public sealed interface Decision {}

    /** Nothing is to be changed: the answer tells what is there. */
    public record Tell() implements Decision {}

    /**
     * The location service is to write this.
     *
     * @param outbound whether the flow is kept
     * @param seconds the life of the longest binding of it, 0 where all are removed
     */
    public record Save(Saving saving, Outbound outbound, long seconds) implements Decision {}

    /** The answer is not 200. */
    public record Refuse(Refused refused) implements Decision {}

    /**
     * When, and with what luck.
     *
     * @param nowMillis of the Unix epoch
     * @param chance from 0 to 1; one for all contacts of a request, so that they are refreshed together
     */
    public record Moment(long nowMillis, double chance) {}

    /**
     * Decides; {@link Malformed} where a value breaks its grammar or a limit, to be answered 400.
     *
     * @param came the flow by which the request came in
     * @param back whether a contact is this very address of record: who calls it would never arrive
     */
    public Decision decide(Request request, Wish wish, FlowRef came, Predicate<SipUri> back, Moment moment) {
        if (wish.question()) {
            return new Tell();
        }
        int hops = request.vias().size();
        Outbound outbound = Outbound.of(wish, hops);
        Optional<Refused> refused = refused(wish, outbound, back);
        if (refused.isPresent()) {
            return new Refuse(refused.get());
        }
        List<Binding> put = new ArrayList<>(wish.contacts().size());
        List<String> remove = new ArrayList<>(0);
        Optional<FlowRef> flow = hops == 1 ? Optional.of(came) : Optional.empty();
        long longest = 0;
        for (Wish.Wanted wanted : wish.contacts()) {
            long life = wanted.removal() ? 0 : grants.granted(wanted.expires(), moment.chance());
            Binding binding = BindingOf.of(
                    request,
                    wish,
                    wanted.contact(),
                    new BindingOf.Way(flow, outbound.kept()),
                    life == 0 ? 0 : moment.nowMillis() + life * MILLIS);
            if (life == 0) {
                remove.add(binding.identity());
            } else {
                put.add(binding);
            }
            longest = Math.max(longest, life);
        }
        Saving saving = new Saving(
                wish.addressOfRecord(), request.callId(), request.cseq().number(), wish.all(), put, remove, contacts);
        return new Save(saving, outbound, longest);
    }

    private Optional<Refused> refused(Wish wish, Outbound outbound, Predicate<SipUri> back) {
        if (outbound == Outbound.LACKING) {
            return Optional.of(Refused.of(439, "First Hop Lacks Outbound Support"));
        }
        if (outbound == Outbound.CROWDED) {
            return Optional.of(Refused.of(400, "Bad Request (several contacts with reg-id)"));
        }
        int added = 0;
        for (Wish.Wanted wanted : wish.contacts()) {
            added += wanted.removal() ? 0 : 1;
            if (wanted.expires().isPresent() && grants.tooBrief(wanted.expires().getAsLong())) {
                return Optional.of(new Refused(
                        423,
                        "Interval Too Brief",
                        List.of(new Refused.Field(Keys.MIN_EXPIRES.name(), String.valueOf(grants.least())))));
            }
            if (!wanted.removal() && wanted.contact().uri() instanceof SipUri uri && back.test(uri)) {
                return Optional.of(Refused.of(403, "Contact Is The Address Of Record"));
            }
        }
        // Whoever adds one is counted where the bindings are; these alone are too many already.
        if (added > contacts) {
            return Optional.of(Refused.of(403, "Too Many Contacts"));
        }
        if (wish.contacts().size() > Location.CONTACT_LIMIT) {
            return Optional.of(Refused.of(400, "Bad Request (contact-count)"));
        }
        return Optional.empty();
    }
}
