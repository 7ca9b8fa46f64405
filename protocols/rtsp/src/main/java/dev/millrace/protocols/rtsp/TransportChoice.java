package dev.millrace.protocols.rtsp;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which of a client's transports SETUP takes: the first that can be done, RFC 2326 section 12.39. */
sealed interface TransportChoice {
    /** This one. */
    record Taken(Leg leg) implements TransportChoice {}

    /** None of them: 461, or 403 where media was wanted at a third party's address. */
    record None(Status status) implements TransportChoice {}

    /**
     * @param of the session so far, whose tracks all go the same way; null for a new one
     */
    static TransportChoice of(
            List<Transport> wanted, ServerSession.Terms terms, @Nullable Presentation of, Event.Arrived asked) {
        boolean tcp = terms.tcp() && (of == null || of.tracks().isEmpty() || of.interleaved());
        boolean udp = terms.udp() && (of == null || of.tracks().isEmpty() || !of.interleaved());
        for (Transport transport : wanted) {
            if (transport.multicast() || !transport.profile().equals(Transport.AVP)) {
                continue;
            }
            String destination = transport.destination();
            if (!destination.isEmpty() && !destination.equals(asked.caller().address())) {
                return new None(Status.FORBIDDEN);
            }
            Transport.Pair ports = transport.clientPorts();
            if (tcp && transport.lower() == Transport.Lower.TCP) {
                Set<Integer> taken = taken(of, asked);
                Leg leg = channels(transport.interleaved(), taken);
                return leg == null ? new None(Status.NOT_ENOUGH_BANDWIDTH) : new Taken(leg);
            }
            if (udp
                    && transport.lower() == Transport.Lower.UDP
                    && ports != null
                    && ports.rtp() > 0
                    && ports.rtcp() > 0) {
                return new Taken(new Leg.Udp(ports.rtp(), ports.rtcp()));
            }
        }
        return new None(Status.UNSUPPORTED_TRANSPORT);
    }

    private static Set<Integer> taken(@Nullable Presentation of, Event.Arrived asked) {
        Set<Integer> taken = new HashSet<>(asked.taken());
        if (of != null) {
            taken.addAll(Sessions.channels(of));
        }
        return taken;
    }

    /** The client's channels if they are free and two; else the lowest free pair; null when all are taken. */
    private static @Nullable Leg channels(Transport.@Nullable Pair wanted, Set<Integer> taken) {
        if (wanted != null
                && wanted.rtp() != wanted.rtcp()
                && !taken.contains(wanted.rtp())
                && !taken.contains(wanted.rtcp())) {
            return new Leg.Interleaved(wanted.rtp(), wanted.rtcp());
        }
        for (int channel = 0; channel < 256; channel += 2) {
            if (!taken.contains(channel) && !taken.contains(channel + 1)) {
                return new Leg.Interleaved(channel, channel + 1);
            }
        }
        return null;
    }
}
