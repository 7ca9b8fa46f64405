package dev.millrace.services.proxy.core;

import dev.millrace.platform.contracts.Calls;
import dev.millrace.platform.contracts.Calls.Call;
import dev.millrace.platform.contracts.Calls.EndedBy;
import dev.millrace.platform.contracts.Calls.Outcome;
import dev.millrace.platform.contracts.Calls.Parties;
import dev.millrace.platform.contracts.Calls.Times;
import java.util.Locale;

/** How a call's record grows from the first INVITE to its end, and its line of JSON. Pure; times in milliseconds of the Unix epoch. */
public final class CallRecord {
    private CallRecord() {}

    /** Somebody calls. */
    public static Call begun(String id, String key, String node, Parties parties, long now, long expiresAt) {
        return new Call(
                id,
                key,
                node,
                new Parties(shown(parties.caller()), shown(parties.callee()), parties.callerTag(), parties.calleeTag()),
                new Times(now, 0, 0, 0),
                new Outcome(EndedBy.NOBODY, 0, 0),
                expiresAt,
                1);
    }

    /** An address as a record has it: a stranger's From may be as long as a message. */
    public static String shown(String address) {
        return address.length() > Calls.ADDRESS_LIMIT ? address.substring(0, Calls.ADDRESS_LIMIT) : address;
    }

    /** One more phone or peer is tried. */
    public static Call branched(Call call) {
        Outcome outcome = call.outcome();
        return with(call, call.times(), new Outcome(outcome.by(), outcome.code(), outcome.branches() + 1));
    }

    /** A phone rings; only the first time counts. */
    public static Call ringing(Call call, long now) {
        Times times = call.times();
        return times.ring() > 0 ? call : with(call, new Times(times.start(), now, 0, 0), call.outcome());
    }

    /** Somebody answered; only the first one counts, others are dialogs of their own that the caller ends (RFC 3261 13.2.2.4). */
    public static Call answered(Call call, int code, String calleeTag, long now, long expiresAt) {
        Times times = call.times();
        if (times.answer() > 0 || times.end() > 0) {
            return call;
        }
        Parties parties = call.parties();
        return new Call(
                call.id(),
                call.key(),
                call.node(),
                new Parties(parties.caller(), parties.callee(), parties.callerTag(), calleeTag),
                new Times(times.start(), times.ring(), now, 0),
                new Outcome(EndedBy.NOBODY, code, call.outcome().branches()),
                expiresAt,
                call.version() + 1);
    }

    /** It is over; only the first time counts. */
    public static Call ended(Call call, EndedBy by, int code, long now) {
        Times times = call.times();
        if (times.end() > 0) {
            return call;
        }
        return with(
                call,
                new Times(times.start(), times.ring(), times.answer(), now),
                new Outcome(by, code, call.outcome().branches()));
    }

    /** The session timer was refreshed. */
    public static Call refreshed(Call call, long expiresAt) {
        return new Call(
                call.id(),
                call.key(),
                call.node(),
                call.parties(),
                call.times(),
                call.outcome(),
                expiresAt,
                call.version() + 1);
    }

    /** Another node owns it now. */
    public static Call adopted(Call call, String node) {
        return new Call(
                call.id(),
                call.key(),
                node,
                call.parties(),
                call.times(),
                call.outcome(),
                call.expiresAt(),
                call.version() + 1);
    }

    private static Call with(Call call, Times times, Outcome outcome) {
        return new Call(
                call.id(),
                call.key(),
                call.node(),
                call.parties(),
                times,
                outcome,
                call.expiresAt(),
                call.version() + 1);
    }

    /** Which side sent a request with these tags; NOBODY when they are not the two of this call. */
    public static EndedBy sender(Call call, String senderTag, String recipientTag) {
        Parties parties = call.parties();
        if (senderTag.equals(parties.callerTag()) && recipientTag.equals(parties.calleeTag())) {
            return EndedBy.CALLER;
        }
        return senderTag.equals(parties.calleeTag()) && recipientTag.equals(parties.callerTag())
                ? EndedBy.CALLEE
                : EndedBy.NOBODY;
    }

    /** The word for its metric: answered, busy, cancelled, unanswered, unavailable, refused, failed. */
    public static String word(Call call) {
        if (call.times().answer() > 0) {
            return "answered";
        }
        return switch (call.outcome().code()) {
            case 486, 600 -> "busy";
            case 487 -> "cancelled";
            case 408 -> "unanswered";
            case 404, 480, 604 -> "unavailable";
            default -> call.outcome().code() >= 500 && call.outcome().code() < 600 ? "failed" : "refused";
        };
    }

    /** One line of JSON without its end; text from outside cannot break the line, a terminal or a page. */
    public static String line(Call call) {
        Times times = call.times();
        StringBuilder json = new StringBuilder(320).append("{\"id\":");
        text(json, call.id());
        text(json.append(",\"caller\":"), call.parties().caller());
        text(json.append(",\"callee\":"), call.parties().callee());
        text(json.append(",\"node\":"), call.node());
        json.append(",\"start\":").append(times.start());
        json.append(",\"ring\":").append(times.ring());
        json.append(",\"answer\":").append(times.answer());
        json.append(",\"end\":").append(times.end());
        json.append(",\"talkMillis\":")
                .append(times.answer() > 0 && times.end() > 0 ? times.end() - times.answer() : 0);
        text(json.append(",\"endedBy\":"), call.outcome().by().name().toLowerCase(Locale.ROOT));
        json.append(",\"code\":").append(call.outcome().code());
        json.append(",\"branches\":").append(call.outcome().branches());
        text(json.append(",\"state\":"), state(call));
        return json.append('}').toString();
    }

    /** trying, ringing, talking or ended. */
    public static String state(Call call) {
        return call.stage().name().toLowerCase(Locale.ROOT);
    }

    private static void text(StringBuilder json, String text) {
        json.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < ' ' || c > '~' || c == '"' || c == '\\' || c == '<' || c == '>' || c == '&' || c == '\'') {
                json.append("\\u").append(String.format(Locale.ROOT, "%04x", (int) c));
            } else {
                json.append(c);
            }
        }
        json.append('"');
    }
}
