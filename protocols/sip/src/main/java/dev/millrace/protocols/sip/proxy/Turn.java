package dev.millrace.protocols.sip.proxy;

import dev.millrace.protocols.sip.Response;
import dev.millrace.protocols.sip.proxy.Branch.Progress;
import dev.millrace.protocols.sip.proxy.State.Phase;
import dev.millrace.protocols.wire.Step;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What one event does to a response context: its state opened up for the length of one call. */
final class Turn {
    /** RFC 3326: tells the phones that stop ringing not to note a missed call. */
    static final String ELSEWHERE = "SIP;cause=200;text=\"Call completed elsewhere\"";

    private final ResponseContext context;
    private final List<Branch> branches;
    private final TargetSet targets;
    private final List<Effect> effects = new ArrayList<>(4);
    private final boolean invite;
    private Phase phase;
    private int round;
    private int absent;
    private int winner;

    Turn(ResponseContext context, State now) {
        this.context = context;
        this.branches = new ArrayList<>(now.branches());
        this.targets = new TargetSet(now, branches, context.terms().maxBranches());
        this.invite = context.invite();
        this.phase = now.phase();
        this.round = now.round();
        this.absent = now.absent();
        this.winner = now.winner();
    }

    Step<State, Effect> step() {
        State next = new State(
                phase, branches, targets.waiting(), targets.later(), round, absent, winner, targets.dropped());
        return new Step<>(next, effects);
    }

    void targets(List<List<Target>> groups, int status) {
        if (phase != Phase.WAITING && phase != Phase.FORKING) {
            return;
        }
        absent = status;
        targets.addLast(groups);
        if (phase == Phase.WAITING && !targets.isEmpty() && breadth() == 0) {
            targets.clear();
            answer(Effect.OURSELVES, local(440));
        } else {
            phase = Phase.FORKING;
        }
        settle();
    }

    void resolved(int number, List<Target> standsFor) {
        Branch branch = pending(number);
        if (branch != null) {
            finish(branch, 0, standsFor.isEmpty() ? local(404) : null);
            if (phase == Phase.FORKING) {
                targets.addNow(standsFor);
            }
            settle();
        }
    }

    void received(int number, Response response) {
        if (number < 0 || number >= branches.size()) {
            return;
        }
        Branch branch = branches.get(number);
        if (response.status() < 200) {
            provisional(branch, response);
        } else if (response.status() < 300) {
            success(branch, response);
        } else if (branch.pending()) {
            refused(branch, response);
            settle();
        }
    }

    void timedOut(int number) {
        endLocally(number, 408);
    }

    /** Section 16.9: as if a 503 had come. */
    void failed(int number) {
        endLocally(number, 503);
    }

    private void endLocally(int number, int status) {
        Branch branch = pending(number);
        if (branch != null) {
            finish(branch, status, local(phase == Phase.CANCELLED ? 487 : status));
            settle();
        }
    }

    /** Section 16.8. */
    void timerC(int number) {
        Branch branch = pending(number);
        if (branch == null) {
            return;
        }
        if (branch.progress() == Progress.PROCEEDING) {
            branches.set(number, branch.now(Progress.EXPIRED));
            effects.add(new Effect.CancelBranch(number, ""));
        } else if (branch.progress() == Progress.CALLING) {
            branches.set(number, branch.ended(408, local(408)));
            effects.add(new Effect.CancelBranch(number, ""));
            settle();
        }
    }

    void ringOver(int over) {
        if (over == round && phase == Phase.FORKING) {
            cancelPending(Progress.EXPIRED, "");
        }
    }

    void cancelled(String reason) {
        // Section 9.2: CANCEL has no effect on a request other than INVITE.
        if (invite && phase == Phase.WAITING) {
            answer(Effect.OURSELVES, local(487));
            settle();
        } else if (invite && (phase == Phase.FORKING || phase == Phase.REFUSED)) {
            phase = Phase.CANCELLED;
            targets.clear();
            cancelPending(Progress.CANCELLED, reason);
        }
    }

    private void provisional(Branch branch, Response response) {
        if (!branch.pending()) {
            return;
        }
        branches.set(branch.number(), branch.heard(response.status()));
        // RFC 4320 section 4.1: to requests other than INVITE no provisional response goes upstream.
        if (response.status() == 100 || !invite) {
            return;
        }
        if (branch.progress() == Progress.CALLING || branch.progress() == Progress.PROCEEDING) {
            effects.add(new Effect.StartTimerC(branch.number(), context.terms().timerC()));
        }
        if (!answered()) {
            Forwarding.stripVia(response)
                    .ifPresent(upstream -> effects.add(new Effect.Forward(branch.number(), upstream)));
        }
    }

    /** Section 16.7 step 5: every 2xx to INVITE goes upstream at once, whatever was sent before; to others the first one. */
    private void success(Branch branch, Response response) {
        if (!invite && !branch.pending()) {
            return;
        }
        Optional<Response> upstream = Forwarding.stripVia(response);
        if (branch.pending()) {
            finish(branch, response.status(), upstream.isEmpty() ? local(502) : null);
        }
        if (upstream.isPresent() && (invite || !answered())) {
            boolean first = !answered();
            if (first) {
                answer(branch.number(), upstream.get());
                cancelPending(Progress.CANCELLED, ELSEWHERE);
            } else {
                effects.add(new Effect.Forward(branch.number(), upstream.get()));
            }
        }
        settle();
    }

    private void refused(Branch branch, Response response) {
        int status = response.status();
        if (status == 487 && branch.progress() == Progress.EXPIRED && phase != Phase.CANCELLED) {
            finish(branch, status, local(408));
        } else if (answered() || follow(response)) {
            finish(branch, status, null);
        } else {
            // Section 16.7 step 3: a response without a Via behind ours was meant for nobody behind us.
            Response upstream = Forwarding.stripVia(response).orElseGet(() -> local(502));
            finish(branch, status, upstream);
            if (upstream.status() >= 600) {
                globalFailure(branch, upstream);
            }
        }
    }

    private void globalFailure(Branch branch, Response upstream) {
        targets.clear();
        if (!invite) {
            answer(branch.number(), upstream);
        } else if (phase == Phase.FORKING) {
            phase = Phase.REFUSED;
            cancelPending(Progress.CANCELLED, "SIP;cause=" + upstream.status());
        }
    }

    private boolean follow(Response response) {
        return phase == Phase.FORKING
                && context.terms().redirects() == ResponseContext.Redirects.FOLLOW
                && Redirection.followed(response.status())
                && targets.addContacts(Redirection.targets(context.request().uri(), response));
    }

    /** After a branch has ended or targets have come: fork what may be forked, or end. */
    private boolean pending() {
        for (Branch branch : branches) {
            if (branch.pending()) {
                return true;
            }
        }
        return false;
    }

    private void settle() {
        boolean pending = pending();
        if (phase == Phase.FORKING && !targets.isEmpty()) {
            if (targets.waiting().isEmpty() && !pending) {
                targets.advance();
            }
            launch();
        } else if (!pending && phase != Phase.ENDED) {
            if (!answered()) {
                best();
            }
            phase = Phase.ENDED;
            branches.replaceAll(branch -> branch.ended(branch.status(), null));
            effects.add(Effect.ENDED);
        }
    }

    /** RFC 5393 section 5.3.3: the branches that run at once share the breadth that the request brought. */
    private void launch() {
        List<Target> waiting = targets.waiting();
        int taken = 0;
        for (Branch branch : branches) {
            taken += branch.pending() ? branch.breadth() : 0;
        }
        int free = waiting.isEmpty() ? 0 : breadth() - taken;
        int count = Math.min(free, waiting.size());
        if (count <= 0) {
            return;
        }
        round++;
        for (int i = 0; i < count; i++) {
            fork(waiting.removeFirst(), free / count + (i < free % count ? 1 : 0));
        }
        Duration ring = context.terms().ring();
        if (invite && ring.isPositive() && !targets.isEmpty()) {
            effects.add(new Effect.StartRing(round, ring));
        }
    }

    private void fork(Target target, int breadth) {
        Branch branch = Branch.begin(branches.size(), target, breadth);
        branches.add(branch);
        effects.add(new Effect.Fork(branch.number(), target, breadth));
        if (invite) {
            effects.add(new Effect.StartTimerC(branch.number(), context.terms().timerC()));
        }
    }

    /** Section 16.10; a request other than INVITE is not cancelled, section 9.1. */
    private void cancelPending(Progress why, String reason) {
        for (int i = 0; invite && i < branches.size(); i++) {
            Progress now = branches.get(i).progress();
            if (now == Progress.CALLING || now == Progress.PROCEEDING) {
                branches.set(i, branches.get(i).now(why));
                effects.add(new Effect.StopTimerC(i));
                effects.add(new Effect.CancelBranch(i, reason));
            }
        }
    }

    /** Section 16.7 step 6. */
    private void best() {
        BestResponse best = BestResponse.of(branches, invite, phase == Phase.CANCELLED);
        if (best == null) {
            answer(Effect.OURSELVES, local(phase == Phase.CANCELLED ? 487 : absent));
        } else if (!invite && best.response().status() == 408) {
            effects.add(Effect.SILENCE);
        } else if (best.response().status() == 503) {
            // The caller would blame this proxy and leave it alone for a while.
            answer(best.branch(), local(500));
        } else {
            answer(best.branch(), best.response());
        }
    }

    private void answer(int branch, Response response) {
        effects.add(new Effect.Forward(branch, response));
        winner = branch;
        phase = Phase.ANSWERED;
        targets.clear();
    }

    private boolean answered() {
        return phase == Phase.ANSWERED || phase == Phase.ENDED;
    }

    private void finish(Branch branch, int status, @Nullable Response candidate) {
        branches.set(branch.number(), branch.ended(status, candidate));
        if (invite && branch.progress() != Progress.CANCELLED && branch.progress() != Progress.EXPIRED) {
            effects.add(new Effect.StopTimerC(branch.number()));
        }
    }

    private @Nullable Branch pending(int number) {
        boolean known = number >= 0 && number < branches.size();
        return known && branches.get(number).pending() ? branches.get(number) : null;
    }

    private int breadth() {
        return Forwarding.breadth(context.request());
    }

    private Response local(int status) {
        return Answers.of(context.request(), status, context.toTag()).build();
    }
}
