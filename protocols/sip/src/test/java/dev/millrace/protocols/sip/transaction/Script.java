package dev.millrace.protocols.sip.transaction;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.protocols.sip.Message;
import dev.millrace.protocols.sip.Request;
import dev.millrace.protocols.sip.Response;
import dev.millrace.protocols.wire.Step;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Plays a story to a transaction, a line an event: {@code event -> State: effect, effect}. Events: {@code begin}, {@code fire A},
 * {@code fail}, {@code cancel}, {@code 180} (from the network), {@code respond 180} (by the user),
 * {@code ACK} (a request from the network).
 */
final class Script<S> {
    private final Transaction<S> machine;
    private final Request request;
    private S state;

    Script(Transaction<S> machine, Request request) {
        this.machine = machine;
        this.request = request;
        this.state = machine.begin();
    }

    void play(String story) {
        story.lines().filter(line -> !line.isBlank()).forEach(this::line);
    }

    private void line(String line) {
        List<String> sides = List.of(line.strip().split(" -> ", 2));
        Step<S, Effect> step = machine.on(state, event(sides.get(0)));
        state = step.next();
        String effects = step.effects().stream().map(Script::show).collect(Collectors.joining(", "));
        String shown = ((Object) state).getClass().getSimpleName() + (effects.isEmpty() ? "" : ": " + effects);
        assertThat(shown).as(line.strip()).isEqualTo(sides.get(1));
    }

    private Event event(String text) {
        List<String> words = List.of(text.split(" "));
        String first = words.getFirst();
        return switch (first) {
            case "begin" -> Event.BEGIN;
            case "fire" -> Timer.valueOf(words.get(1)).fired();
            case "fail" -> Event.TRANSPORT_FAILED;
            case "cancel" -> new Event.Cancel(words.size() > 1 ? words.get(1) : "");
            case "respond" -> new Event.Respond(Requests.answer(request, Integer.parseInt(words.get(1))));
            default ->
                Character.isDigit(first.charAt(0))
                        ? new Event.Answered(Requests.answer(request, Integer.parseInt(first)))
                        : new Event.Arrived(Requests.of(first));
        };
    }

    private static String show(Effect effect) {
        return switch (effect) {
            case Effect.Send(var message) -> "send " + name(message);
            case Effect.PassUp(var message) -> "pass " + name(message);
            case Effect.Start(var timer, var after) -> "start " + timer + " " + after.toMillis();
            case Effect.Stop(var timer) -> "stop " + timer;
            case Effect.SendCancel(var cancel) -> "send " + name(cancel) + " on its own";
            case Effect.TimedOut _ -> "timed out";
            case Effect.Failed _ -> "failed";
            case Effect.Terminated _ -> "terminated";
        };
    }

    private static String name(Message message) {
        return switch (message) {
            case Request request -> request.method();
            case Response response -> String.valueOf(response.status());
        };
    }
}
