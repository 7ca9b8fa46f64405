package dev.millrace.protocols.sip.proxy;

import dev.millrace.protocols.sip.Response;
import java.util.List;

/** What happens to a response context. */
public sealed interface Event {
    /**
     * The targets are known. More of them may follow as long as the context forks.
     *
     * @param groups tried one after another, the targets of a group at once; the highest q first
     * @param absent status for the caller if there is no target at all: 404 or 480
     */
    record Targets(List<List<Target>> groups, int absent) implements Event {
        public Targets {
            groups = List.copyOf(groups);
        }
    }

    /** A branch's target stands for these: the branch ends and they are forked instead, each once. */
    record Resolved(int branch, List<Target> targets) implements Event {
        public Resolved {
            targets = List.copyOf(targets);
        }
    }

    /** A response of a branch's client transaction, our own Via still on top. */
    record Received(int branch, Response response) implements Event {}

    /** A branch's client transaction had no final answer. */
    record TimedOut(int branch) implements Event {}

    /** A branch's request could not be sent, or there is nowhere to send it to. */
    record Failed(int branch) implements Event {}

    /** Timer C of a branch has run out. */
    record TimerC(int branch) implements Event {}

    /** The time for which a round of branches may ring has run out. */
    record RingOver(int round) implements Event {}

    /**
     * The caller has cancelled its request.
     *
     * @param reason value of the CANCEL's Reason header (RFC 3326), or empty; goes into the branches' CANCEL
     */
    record Cancelled(String reason) implements Event {}
}
