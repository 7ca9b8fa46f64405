package dev.millrace.protocols.sip.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.protocols.sip.CSeq;
import dev.millrace.protocols.sip.Contact;
import dev.millrace.protocols.sip.Edit;
import dev.millrace.protocols.sip.Keys;
import dev.millrace.protocols.sip.NameAddr;
import dev.millrace.protocols.sip.Request;
import dev.millrace.protocols.sip.Response;
import dev.millrace.protocols.sip.SipUri;
import dev.millrace.protocols.sip.Uri;
import dev.millrace.protocols.sip.Via;
import dev.millrace.protocols.wire.Step;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Plays a story to a response context, a line an event: {@code event -> PHASE: effect, effect}. Events: {@code targets a b | c}
 * (groups), {@code 0 180} (a response of branch 0), {@code 0 302 c d;q=0.5} (with contacts), {@code 0 is x y} (what a target
 * stands for), {@code 0 times out}, {@code 0 fails}, {@code 0 timer C}, {@code ring 1}, {@code cancel}.
 */
final class Script {
    private static final Via OURS = Via.parse("SIP/2.0/UDP 198.51.100.1;branch=z9hG4bKours");
    private static final Via ALICE = Via.parse("SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKalice");

    private final ResponseContext context;
    private State state;
    private int places;
    private List<Effect> effects = List.of();

    Script(ResponseContext context) {
        this.context = context;
        this.state = context.begin();
    }

    /** A request as the proxy gets it. */
    static Request request(String method) {
        return edit(method, "sip:bob@example.com").build();
    }

    static Edit<Request> edit(String method, String uri) {
        return Request.of(method, Uri.parse(uri))
                .append(Keys.VIA, ALICE)
                .append(Keys.MAX_FORWARDS, 70L)
                .append(Keys.FROM, NameAddr.parse("<sip:alice@example.org>;tag=1928"))
                .append(Keys.TO, NameAddr.parse("<sip:bob@example.com>"))
                .append(Keys.CALL_ID, "a84b4c76e66710")
                .append(Keys.CSEQ, new CSeq(314_159, method));
    }

    /** A branch's response, our Via still on top. */
    static Edit<Response> answer(Request request, int status) {
        return Response.to(request.edit().prepend(Keys.VIA, OURS).build(), status, "Reason", "bobs");
    }

    /** The last step's effects. */
    List<Effect> effects() {
        return effects;
    }

    /** The first response that the last step forwards. */
    Response forwarded() {
        return effects().stream()
                .filter(Effect.Forward.class::isInstance)
                .map(effect -> ((Effect.Forward) effect).response())
                .findFirst()
                .orElseThrow();
    }

    State state() {
        return state;
    }

    Script play(String story) {
        story.lines().filter(line -> !line.isBlank()).forEach(this::line);
        return this;
    }

    void event(Event event) {
        Step<State, Effect> step = context.on(state, event);
        state = step.next();
        effects = step.effects();
    }

    private void line(String line) {
        List<String> sides = List.of(line.strip().split(" -> ", 2));
        event(read(sides.get(0)));
        String did = effects.stream().map(Script::show).collect(Collectors.joining(", "));
        assertThat(state.phase() + (did.isEmpty() ? "" : ": " + did))
                .as(line.strip())
                .isEqualTo(sides.get(1));
    }

    private Event read(String text) {
        List<String> words = List.of(text.split(" "));
        if (words.getFirst().equals("targets")) {
            return new Event.Targets(groups(text.substring("targets".length())), 480);
        }
        if (words.getFirst().equals("ring")) {
            return new Event.RingOver(Integer.parseInt(words.get(1)));
        }
        if (words.getFirst().equals("cancel")) {
            return new Event.Cancelled(words.size() > 1 ? words.get(1) : "");
        }
        int branch = Integer.parseInt(words.getFirst());
        return switch (words.get(1)) {
            case "times" -> new Event.TimedOut(branch);
            case "fails" -> new Event.Failed(branch);
            case "timer" -> new Event.TimerC(branch);
            case "is" -> new Event.Resolved(branch, targets(words.subList(2, words.size())));
            default -> new Event.Received(branch, response(words.subList(1, words.size())));
        };
    }

    private List<List<Target>> groups(String text) {
        List<List<Target>> groups = new ArrayList<>();
        for (String group : text.split("\\|")) {
            groups.add(targets(Arrays.stream(group.split(" "))
                    .filter(name -> !name.isEmpty())
                    .toList()));
        }
        return groups;
    }

    private List<Target> targets(List<String> names) {
        List<Target> targets = new ArrayList<>();
        for (String name : names) {
            targets.add(new Target(SipUri.of(name, "192.0.2.9", -1), places++));
        }
        return targets;
    }

    private Response response(List<String> words) {
        Edit<Response> response = answer(context.request(), Integer.parseInt(words.getFirst()));
        for (String contact : words.subList(1, words.size())) {
            String[] parts = contact.split(";", 2);
            String uri = parts[0].contains(":") ? parts[0] : "sip:" + parts[0] + "@192.0.2.9";
            response.append(Keys.CONTACTS, Contact.parse("<" + uri + ">" + (parts.length > 1 ? ";" + parts[1] : "")));
        }
        return response.build();
    }

    private static String show(Effect effect) {
        return switch (effect) {
            case Effect.Fork(var branch, var target, var breadth) ->
                "fork " + branch + " " + name(target.uri()) + " " + breadth;
            case Effect.CancelBranch(var branch, var reason) ->
                "cancel " + branch + (reason.isEmpty() ? "" : " " + reason.split(";")[1]);
            case Effect.Forward(var branch, var response) ->
                "forward " + (branch < 0 ? "our" : branch) + " " + response.status();
            case Effect.StartTimerC(var branch, var _) -> "C " + branch;
            case Effect.StopTimerC(var branch) -> "stop C " + branch;
            case Effect.StartRing(var round, var _) -> "ring " + round;
            case Effect.Silence _ -> "silence";
            case Effect.Ended _ -> "ended";
        };
    }

    private static String name(Uri uri) {
        return uri instanceof SipUri sip ? sip.user() : uri.encode();
    }
}
