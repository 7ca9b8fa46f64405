package dev.millrace.platform.doors.sip.transport;

import dev.millrace.platform.runtime.Clock;
import dev.millrace.protocols.sip.Message;
import dev.millrace.protocols.sip.Request;
import dev.millrace.protocols.sip.Response;
import dev.millrace.protocols.wire.Malformed;
import java.net.InetAddress;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What all transports do with what they receive: limits before it is read, counters, and the hand-over. Used from any thread. */
final class Receiving {
    private static final Logger LOG = LoggerFactory.getLogger(Receiving.class);

    private static final byte[] RESPONSE = {'S', 'I', 'P', '/'};
    private static final byte[] ACK = {'A', 'C', 'K', ' '};

    private final Inbound inbound;
    private final Sources sources;
    private final Sources answers;
    private final TransportMeters meters;
    private final Clock clock;

    /**
     * @param sources what one source may ask
     * @param answers what one source may answer
     */
    Receiving(Inbound inbound, Sources sources, Sources answers, TransportMeters meters, Clock clock) {
        this.inbound = inbound;
        this.sources = sources;
        this.answers = answers;
        this.meters = meters;
        this.clock = clock;
    }

    TransportMeters meters() {
        return meters;
    }

    Sources sources() {
        return sources;
    }

    long now() {
        return clock.nanos();
    }

    /**
     * Whether a message that begins so may be read. Responses and ACK are answers to what we sent, and one that is lost costs more than it
     * saves: they have a limit of their own, which an honest peer does not reach.
     */
    boolean admits(InetAddress source, byte[] bytes) {
        return counted(begins(bytes, RESPONSE) || begins(bytes, ACK) ? answers : sources, source);
    }

    /** The same for a message that came over a connection. */
    boolean admits(InetAddress source, Message message) {
        boolean answer = message instanceof Response || message.method().equals("ACK");
        return counted(answer ? answers : sources, source);
    }

    private boolean counted(Sources limit, InetAddress source) {
        boolean admitted = limit.admits(source, clock.nanos());
        if (!admitted) {
            meters.limited.increment();
        }
        return admitted;
    }

    private static boolean begins(byte[] bytes, byte[] start) {
        return bytes.length >= start.length
                && bytes[0] == start[0]
                && bytes[1] == start[1]
                && bytes[2] == start[2]
                && bytes[3] == start[3];
    }

    void message(Flow flow, Message message) {
        meters.received(flow.transport());
        try {
            inbound.message(flow, message);
        } catch (RuntimeException bug) {
            failed(flow, bug);
        }
    }

    void broken(Flow flow, Malformed why, Optional<Request> answerable) {
        meters.broken(why.rule());
        try {
            inbound.broken(flow, why, answerable);
        } catch (RuntimeException bug) {
            failed(flow, bug);
        }
    }

    /** One message is lost, nobody else notices. */
    private void failed(Flow flow, RuntimeException bug) {
        meters.failures.increment();
        LOG.error("sip message failed transport={} remote={}", flow.transport(), flow.remote(), bug);
    }
}
