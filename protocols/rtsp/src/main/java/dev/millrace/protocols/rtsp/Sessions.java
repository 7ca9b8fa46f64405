package dev.millrace.protocols.rtsp;

import dev.millrace.protocols.wire.Malformed;
import java.util.Collection;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** Which session a request is for, RFC 2326 sections 3.4 and 12.37: one connection may carry several sessions. */
public final class Sessions {
    /** Sessions that one connection may hold. */
    public static final int MAX_PER_CONNECTION = 32;

    private Sessions() {}

    /** A registered session and where it stands. */
    public record Entry(ServerSession session, State state) {}

    /** Where a request goes. */
    public sealed interface Route {}

    /** To the connection's machine without a session; its other sessions hear of it by {@link Event.Heard}. */
    public record Fresh() implements Route {}

    /** To the session of this id. */
    public record To(String id) implements Route {}

    /** To nobody: this is the answer. */
    public record Answer(Response response) implements Route {}

    /**
     * Finds the way of a request.
     *
     * @param onConnection sessions that were made on the caller's connection
     * @param known whether this server has a session of that id; the session itself judges who may use it
     */
    public static Route route(Request request, Collection<Entry> onConnection, Predicate<String> known) {
        Optional<SessionHeader> named;
        try {
            named = request.headers().first(SessionHeader.KEY);
        } catch (Malformed malformed) {
            return new Answer(Response.to(request, Status.SESSION_NOT_FOUND));
        }
        if (named.isPresent()) {
            String id = named.get().id();
            return known.test(id) ? new To(id) : new Answer(Response.to(request, Status.SESSION_NOT_FOUND));
        }
        if (request.method().equals(Method.SETUP)) {
            Optional<Entry> announced = onConnection.stream()
                    .filter(entry -> publishes(entry, request))
                    .findFirst();
            if (announced.isPresent()) {
                return new To(announced.get().session().id());
            }
        }
        boolean begins =
                request.method().equals(Method.SETUP) || request.method().equals(Method.ANNOUNCE);
        return begins && onConnection.size() >= MAX_PER_CONNECTION
                ? new Answer(Response.to(request, Status.NOT_ENOUGH_BANDWIDTH))
                : new Fresh();
    }

    /** A publisher that overlooks the Session of ANNOUNCE's answer and sends its first SETUP without it. */
    private static boolean publishes(Entry entry, Request request) {
        if (!(entry.state() instanceof State.Announced(Presentation of))) {
            return false;
        }
        try {
            return RtspUrl.parse(request.uri()).controlWithin(of.path()).isPresent();
        } catch (Malformed malformed) {
            return false;
        }
    }

    /** Interleaved channels that these sessions use. */
    public static Set<Integer> channels(Collection<Entry> sessions) {
        Set<Integer> channels = new HashSet<>();
        for (Entry entry : sessions) {
            Presentation of = State.presentation(entry.state());
            if (of != null) {
                channels.addAll(channels(of));
            }
        }
        return channels;
    }

    static Set<Integer> channels(Presentation of) {
        Set<Integer> channels = new HashSet<>();
        for (Presentation.Track track : of.tracks()) {
            if (track.leg() instanceof Leg.Interleaved(int rtp, int rtcp)) {
                channels.add(rtp);
                channels.add(rtcp);
            }
        }
        return channels;
    }
}
