package dev.millrace.services.registrar.core;

import dev.millrace.protocols.sip.NameAddr;
import dev.millrace.protocols.sip.SipUri;
import dev.millrace.protocols.wire.Malformed;

/** Whether a registration keeps several flows: RFC 5626 section 6. */
public enum Outbound {
    /** Nothing of it: no reg-id, no instance, or the client does not say that it supports it. */
    NONE,
    /** The flow is the one by which the request came. */
    HERE,
    /** The flow is kept by an edge proxy that says so in its Path. */
    AT_EDGE,
    /** It came through a proxy that keeps no flows: 439 (First Hop Lacks Outbound Support). */
    LACKING,
    /** Several contacts that are to stay, one of them with a reg-id: 400. */
    CROWDED;

    /**
     * Also of a request that only removes: the binding goes by the name by which it came.
     *
     * @param hops number of Via values of the request; more than one means that a proxy stands between
     */
    public static Outbound of(Wish wish, int hops) {
        boolean flows = false;
        boolean stays = false;
        int staying = 0;
        for (Wish.Wanted wanted : wish.contacts()) {
            boolean named =
                    wanted.contact().regId() > 0 && wanted.contact().instance().isPresent();
            flows |= named;
            stays |= named && !wanted.removal();
            staying += wanted.removal() ? 0 : 1;
        }
        if (!flows) {
            return NONE;
        }
        if (stays && staying > 1) {
            return CROWDED;
        }
        if (!wish.path().isEmpty() && edgeKeeps(wish.path().getLast())) {
            return AT_EDGE;
        }
        if (!wish.supports("outbound")) {
            return NONE;
        }
        return hops == 1 ? HERE : stays ? LACKING : NONE;
    }

    /** The first edge writes the last value of Path, and {@code ob} in it. */
    private static boolean edgeKeeps(String hop) {
        try {
            return NameAddr.parse(hop).uri() instanceof SipUri uri
                    && uri.params().has("ob");
        } catch (Malformed notAnAddress) {
            return false;
        }
    }

    /** Whether the answer has to say {@code Require: outbound}. */
    public boolean kept() {
        return this == HERE || this == AT_EDGE;
    }
}
