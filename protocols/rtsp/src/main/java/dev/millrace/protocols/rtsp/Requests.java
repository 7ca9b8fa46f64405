package dev.millrace.protocols.rtsp;

import dev.millrace.protocols.rtsp.Presentation.Track;
import dev.millrace.protocols.rtsp.State.Pending;
import dev.millrace.protocols.wire.Malformed;
import dev.millrace.protocols.wire.Step;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * One request to one session: the rows of RFC 2326 section A.2 whose event is a request. May throw {@link Malformed}, which
 * {@link ServerSession} answers with 400.
 *
 * @param session who answers
 * @param state in which the request finds the session
 * @param asked the request
 */
record Requests(ServerSession session, State state, Event.Arrived asked) {
    static final String SDP = "application/sdp";
    private static final String PARAMETERS = "text/parameters";
    /** Names of parameters that one 451 gives back. */
    private static final int MAX_PARAMETERS = 32;

    Step<State, Effect> answer() {
        Request request = asked.request();
        if (request.headers().first(Keys.CSEQ).isEmpty()) {
            return reply(Status.BAD_REQUEST);
        }
        if (!request.version().equals(Message.VERSION)) {
            return reply(Status.VERSION_NOT_SUPPORTED);
        }
        if (!session.answersTo(asked.caller(), state) || state instanceof State.Closed) {
            return reply(Status.SESSION_NOT_FOUND);
        }
        List<String> required = new ArrayList<>();
        request.headers().all(Keys.REQUIRE).forEach(required::addAll);
        request.headers().all(Keys.PROXY_REQUIRE).forEach(required::addAll);
        if (!required.isEmpty()) {
            return reply(state, response(Status.OPTION_NOT_SUPPORTED).with(Keys.UNSUPPORTED, required));
        }
        if (!request.method().known()) {
            return reply(Status.NOT_IMPLEMENTED);
        }
        if (state instanceof State.Asking) {
            return reply(Status.SERVICE_UNAVAILABLE);
        }
        return byMethod();
    }

    private Step<State, Effect> byMethod() {
        Method method = asked.request().method();
        if (method.equals(Method.OPTIONS)) {
            return reply(state, response(Status.OK).with(Keys.PUBLIC, Method.SERVED));
        }
        if (method.equals(Method.REDIRECT)) {
            return reply(state, response(Status.METHOD_NOT_ALLOWED).with(Keys.ALLOW, Method.SERVED));
        }
        if (method.equals(Method.GET_PARAMETER) || method.equals(Method.SET_PARAMETER)) {
            return parameters();
        }
        if (!allowed().contains(method)) {
            return reply(state, response(Status.METHOD_NOT_VALID).with(Keys.ALLOW, allowed()));
        }
        if (asked.request().uri().equals("*") && state instanceof State.Init) {
            return reply(state, response(Status.METHOD_NOT_ALLOWED).with(Keys.ALLOW, List.of(Method.OPTIONS)));
        }
        return switch (method.name()) {
            case "DESCRIBE" -> describe();
            case "ANNOUNCE" -> announce();
            case "SETUP" -> setup();
            case "PLAY" -> play();
            case "PAUSE" -> pause();
            case "RECORD" -> record();
            case "TEARDOWN" -> teardown();
            default -> reply(Status.NOT_IMPLEMENTED);
        };
    }

    /** What the state allows, for Allow of 455. PAUSE where nothing flows changes nothing and is let pass. */
    private List<Method> allowed() {
        List<Method> methods = new ArrayList<>(List.of(Method.OPTIONS, Method.GET_PARAMETER, Method.SET_PARAMETER));
        methods.addAll(
                switch (state) {
                    case State.Init _ -> List.of(Method.DESCRIBE, Method.ANNOUNCE, Method.SETUP);
                    case State.Announced _ -> List.of(Method.SETUP, Method.TEARDOWN);
                    case State.Ready(Presentation of) ->
                        List.of(
                                Method.SETUP,
                                of.mode() == Transport.Mode.PLAY ? Method.PLAY : Method.RECORD,
                                Method.PAUSE,
                                Method.TEARDOWN);
                    case State.Playing _ -> List.of(Method.PLAY, Method.PAUSE, Method.TEARDOWN);
                    case State.Recording _ -> List.of(Method.RECORD, Method.PAUSE, Method.TEARDOWN);
                    case State.Asking _, State.Closed _ -> List.<Method>of();
                });
        return methods;
    }

    private RtspUrl url() {
        return RtspUrl.parse(asked.request().uri());
    }

    private boolean draining() {
        return state instanceof State.Init init && init.draining();
    }

    private Step<State, Effect> describe() {
        RtspUrl url = url();
        boolean mayMove = Redirects.allowed(asked);
        if (!acceptsSdp()) {
            return reply(Status.NOT_ACCEPTABLE);
        }
        if (draining() && !mayMove) {
            return reply(Status.SERVICE_UNAVAILABLE);
        }
        return ask(new Pending.Describe(url), new Effect.Describe(url.target().stream(), url, mayMove));
    }

    private boolean acceptsSdp() {
        List<String> accepted = asked.request().headers().all(Keys.ACCEPT);
        return accepted.isEmpty()
                || accepted.stream()
                        .flatMap(line -> List.of(line.split(",", 64)).stream())
                        .anyMatch(range -> {
                            String type = range.split(";", 2)[0].trim().toLowerCase(Locale.ROOT);
                            return type.equals(SDP)
                                    || type.equals("application/*")
                                    || type.equals("*/*")
                                    || type.isEmpty();
                        });
    }

    private Step<State, Effect> announce() {
        RtspUrl url = url();
        Request request = asked.request();
        String type = request.headers().first(Keys.CONTENT_TYPE).orElse(SDP);
        if (!type.split(";", 2)[0].trim().equalsIgnoreCase(SDP)) {
            return reply(Status.UNSUPPORTED_MEDIA_TYPE);
        }
        if (request.body().length == 0) {
            return reply(Status.BAD_REQUEST);
        }
        if (draining()) {
            return reply(Status.SERVICE_UNAVAILABLE);
        }
        String path = url.target().stream();
        boolean override = url.parameter("override")
                .filter(value -> !value.equals("0") && !value.equals("false") && !value.equals("no"))
                .isPresent();
        return ask(new Pending.Claim(path), new Effect.Publish(path, request.body(), override));
    }

    private Step<State, Effect> setup() {
        RtspUrl url = url();
        Presentation of = State.presentation(state);
        List<Transport> wanted = new ArrayList<>();
        asked.request().headers().all(Transport.KEY).forEach(wanted::addAll);
        if (of == null
                && wanted.stream().allMatch(transport -> transport.mode() == Transport.Mode.RECORD)
                && !wanted.isEmpty()) {
            return reply(state, response(Status.METHOD_NOT_VALID).with(Keys.ALLOW, allowed()));
        }
        TransportChoice choice = TransportChoice.of(wanted, session.terms(), of, asked);
        return switch (choice) {
            case TransportChoice.None(Status status) -> reply(status);
            case TransportChoice.Taken(Leg leg) -> of == null ? firstSetup(url, leg) : furtherSetup(url, of, leg);
        };
    }

    private Step<State, Effect> firstSetup(RtspUrl url, Leg leg) {
        RtspUrl.Target target = url.target();
        boolean known = state instanceof State.Init init && init.described().equals(target.stream());
        boolean mayMove = !known && Redirects.allowed(asked);
        if (draining() && !mayMove) {
            return reply(Status.SERVICE_UNAVAILABLE);
        }
        return ask(
                new Pending.Find(target.stream(), target.control(), leg),
                new Effect.Find(target.stream(), url, mayMove));
    }

    private Step<State, Effect> furtherSetup(RtspUrl url, Presentation of, Leg leg) {
        Optional<String> control = url.controlWithin(of.path());
        return control.isEmpty() ? reply(Status.NOT_FOUND) : open(of, control.get(), leg, state);
    }

    /** Asks for the leg of the track that the control names. */
    Step<State, Effect> open(Presentation of, String control, Leg leg, State before) {
        int index = of.track(control, asked.request().uri());
        if (index < 0) {
            Status status = control.isEmpty() ? Status.AGGREGATE_NOT_ALLOWED : Status.NOT_FOUND;
            return reply(before, response(status));
        }
        Track track = new Track(index, asked.request().uri(), leg, false);
        Pending.Open pending = new Pending.Open(of.without(Set.of(index)), track);
        Effect.Open open = new Effect.Open(index, leg, of.mode());
        return of.indexes().contains(index)
                ? Step.to(
                        new State.Asking(new State.Ready(pending.of()), asked, pending),
                        new Effect.CloseTrack(index),
                        open)
                : Step.to(new State.Asking(before, asked, pending), open);
    }

    /** Indexes of the tracks that the request's URL names: one, or all of the session; empty: none of them. */
    private Set<Integer> scope(Presentation of) {
        if (asked.request().uri().equals("*")) {
            return of.indexes();
        }
        Optional<String> control = url().controlWithin(of.path());
        if (control.isEmpty()) {
            return Set.of();
        }
        int index = of.track(control.get(), asked.request().uri());
        if (index >= 0 && !control.get().isEmpty()) {
            return of.indexes().contains(index) ? Set.of(index) : Set.of();
        }
        // A slash in the query may be part of a value, such as a token, and no control attribute at all.
        boolean whole = control.get().isEmpty() || url().query().endsWith("/" + control.get());
        return whole ? of.indexes() : Set.of();
    }

    private Presentation presentation() {
        Presentation of = State.presentation(state);
        if (of == null) {
            throw new IllegalStateException("no session in " + state);
        }
        return of;
    }

    private Step<State, Effect> play() {
        Presentation of = presentation();
        Set<Integer> scope = scope(of);
        if (scope.isEmpty()) {
            return reply(Status.NOT_FOUND);
        }
        if (!rangeIsLive()) {
            return reply(Status.INVALID_RANGE);
        }
        Presentation after = of.withPlaying(scope, true);
        if (after.equals(of)) {
            return reply(state, response(Status.OK).with(Range.KEY, Range.Npt.NOW));
        }
        return ask(new Pending.Play(after), new Effect.StartPlaying(after.playing()));
    }

    /** A live stream plays from now on, whatever npt a client resumes at; other clocks and reversed ranges are refused. */
    private boolean rangeIsLive() {
        try {
            Optional<Range> range = asked.request().headers().first(Range.KEY);
            return range.isEmpty()
                    || range.get() instanceof Range.Npt npt
                            && (npt.start() == null
                                    || npt.end() == null
                                    || npt.start().compareTo(npt.end()) <= 0);
        } catch (Malformed malformed) {
            return false;
        }
    }

    private Step<State, Effect> pause() {
        Presentation of = presentation();
        Set<Integer> scope = scope(of);
        if (scope.isEmpty()) {
            return reply(Status.NOT_FOUND);
        }
        Presentation after = of.withPlaying(scope, false);
        State next = after.playing().isEmpty() ? new State.Ready(after) : new State.Playing(after);
        Effect stop = of.mode() == Transport.Mode.PLAY ? new Effect.Pause(after.playing()) : new Effect.StopRecording();
        return and(reply(next, response(Status.OK)), state instanceof State.Ready ? List.of() : List.of(stop));
    }

    private Step<State, Effect> record() {
        Presentation of = presentation();
        if (scope(of).isEmpty()) {
            return reply(Status.NOT_FOUND);
        }
        return state instanceof State.Recording
                ? reply(Status.OK)
                : ask(new Pending.Recording(of), new Effect.StartRecording());
    }

    private Step<State, Effect> teardown() {
        Presentation of = presentation();
        Set<Integer> scope = scope(of);
        Presentation after = of.without(scope);
        if (scope.isEmpty() && !of.tracks().isEmpty()) {
            return reply(Status.NOT_FOUND);
        }
        if (after.tracks().isEmpty()) {
            List<Effect> last = List.of(new Effect.DisarmTimer(), new Effect.Release(Effect.Reason.TEARDOWN));
            return and(reply(new State.Closed(), response(Status.OK)), last);
        }
        State next = state;
        if (state instanceof State.Playing) {
            next = after.playing().isEmpty() ? new State.Ready(after) : new State.Playing(after);
        } else if (state instanceof State.Ready) {
            next = new State.Ready(after);
        } else if (state instanceof State.Recording) {
            next = new State.Recording(after);
        }
        List<Effect> effects = new ArrayList<>();
        if (state instanceof State.Playing) {
            effects.add(new Effect.Pause(after.playing()));
        }
        scope.forEach(index -> effects.add(new Effect.CloseTrack(index)));
        return and(reply(next, response(Status.OK)), effects);
    }

    /** An empty body is a ping; no parameter is known, so any name is given back with 451. */
    private Step<State, Effect> parameters() {
        List<String> names = new String(asked.request().body(), StandardCharsets.UTF_8)
                .lines()
                .map(line -> line.split(":", 2)[0].trim())
                .filter(name -> !name.isEmpty())
                .limit(MAX_PARAMETERS)
                .toList();
        if (names.isEmpty()) {
            return reply(Status.OK);
        }
        byte[] body = (String.join("\r\n", names) + "\r\n").getBytes(StandardCharsets.UTF_8);
        return reply(state, response(Status.PARAMETER_NOT_UNDERSTOOD).with(PARAMETERS, body));
    }

    private Step<State, Effect> ask(Pending pending, Effect question) {
        return Step.to(new State.Asking(state, asked, pending), question);
    }

    /** The response with what every response of this session carries. */
    Response response(Status status) {
        Response response = Response.to(asked.request(), status)
                .with(Keys.SERVER, session.terms().server());
        boolean owned = State.presentation(state) != null && session.answersTo(asked.caller(), state);
        int timeout = (int) session.terms().timeout().toSeconds();
        return owned ? response.with(SessionHeader.KEY, new SessionHeader(session.id(), timeout)) : response;
    }

    Step<State, Effect> reply(Status status) {
        return reply(state, response(status));
    }

    Step<State, Effect> reply(State next, Response response) {
        return Step.to(next, new Effect.Reply(asked.caller().connection(), response));
    }

    private static Step<State, Effect> and(Step<State, Effect> step, List<Effect> more) {
        List<Effect> effects = new ArrayList<>(step.effects());
        effects.addAll(more);
        return new Step<>(step.next(), effects);
    }
}
