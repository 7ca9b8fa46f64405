package dev.millrace.platform.doors.sip;

import dev.millrace.platform.runtime.Loop;
import dev.millrace.protocols.sip.Message;
import dev.millrace.protocols.sip.Methods;
import dev.millrace.protocols.sip.Request;
import dev.millrace.protocols.sip.Response;
import dev.millrace.protocols.sip.transaction.Event;
import dev.millrace.protocols.sip.transaction.InviteServer;
import dev.millrace.protocols.sip.transaction.NonInviteServer;
import dev.millrace.protocols.sip.transaction.Transaction;
import dev.millrace.protocols.sip.transaction.TransactionKey;
import dev.millrace.protocols.wire.Malformed;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A server transaction at work: RFC 3261 section 17.2, with the record that lets another node end it. Owned by one event loop. */
final class ServerShell implements ServerTransaction, Running.Shell {
    private final Desk desk;
    private final Request request;
    private final Inlet inlet;
    private final TransactionKey key;
    private final @Nullable RequestId requestId;
    private final SipHandler handler;
    private final Outlet back;
    private final Running<?> running;
    private final boolean invite;
    private final long begunNanos;
    private final List<ClientShell> branches = new ArrayList<>(2);
    private @Nullable Keeper keeper;
    private @Nullable Request cancelledBy;
    private @Nullable Runnable onCancel;
    private @Nullable Runnable onEnd;
    private boolean provisional;
    private boolean cancelled;
    private boolean asking;
    private boolean asked;
    private boolean over;
    private int status;
    private byte @Nullable [] sent;

    /** @param requestId what the request is found by that comes another way; null where none is looked for */
    ServerShell(
            Desk desk,
            Request request,
            Inlet inlet,
            TransactionKey key,
            @Nullable RequestId requestId,
            SipHandler handler) {
        this.desk = desk;
        this.request = request;
        this.inlet = inlet;
        this.key = key;
        this.requestId = requestId;
        this.handler = handler;
        this.begunNanos = desk.nanos();
        this.back = desk.outlets().back(inlet, request.topVia(), desk.loop());
        this.invite = request.method().equals(Methods.INVITE);
        // Once answered, a non-INVITE is over for its machine as over TCP: see Answered.
        this.running = invite
                ? running(new InviteServer(request, inlet.transport().reliable(), desk.timing()))
                : running(new NonInviteServer(request, true, desk.timing()));
    }

    private <S> Running<S> running(Transaction<S> machine) {
        return new Running<>(machine, this, desk.deadlines());
    }

    /** Hands the request to its role. */
    void begin() {
        running.on(Event.BEGIN);
    }

    /** Another node has the transaction: it gets the message, and what was sent here while nobody could tell is ended. */
    private void lost(TransactionRecord theirs) {
        cancel();
        branches.forEach(ClientShell::cancel);
        forget();
        desk.elsewhere().request(theirs, request, inlet);
        if (cancelledBy != null) {
            desk.elsewhere().request(theirs, cancelledBy, inlet);
        }
    }

    /** Nobody answered it in so long that every caller has gone: 408 ends it. */
    void expire() {
        cancel();
        branches.forEach(ClientShell::cancel);
        answer(408, "Request Timeout");
    }

    /** When it began, by the clock that only grows. */
    long begunNanos() {
        return begunNanos;
    }

    /** A retransmission, or the ACK. */
    void arrived(Request again) {
        running.on(new Event.Arrived(again));
    }

    /** Whether a 2xx has gone out, so that an ACK with another branch is meant for the one who gave it. */
    boolean accepted() {
        return status >= 200 && status < 300;
    }

    /** The client cancels: what rings is ended by the handler, here or on the node that turns out to have the transaction. */
    void cancel(Request cancel) {
        cancelledBy = cancel;
        cancel();
    }

    private void cancel() {
        if (status != 0 || cancelled) {
            return;
        }
        cancelled = true;
        if (onCancel != null) {
            onCancel.run();
        }
    }

    /** Whether the CANCEL is of the one who sent the INVITE: a branch alone is a guess, or one that two clients have made. */
    boolean cancelledBy(Request cancel) {
        return RequestId.of(cancel, Methods.INVITE).equals(RequestId.of(request, Methods.INVITE));
    }

    SipHandler handler() {
        return handler;
    }

    @Nullable
    RequestId requestId() {
        return requestId;
    }

    boolean isInvite() {
        return invite;
    }

    @Override
    public Request request() {
        return request;
    }

    @Override
    public Inlet inlet() {
        return inlet;
    }

    @Override
    public Loop loop() {
        return desk.loop();
    }

    @Override
    public TransactionKey key() {
        return key;
    }

    @Override
    public void respond(Response response) {
        if (over || asking) {
            return;
        }
        if (invite && keeper == null && !asked && response.status() >= 300 && desk.shared(request, inlet)) {
            askBefore(response);
            return;
        }
        provisional = true;
        if (response.isFinal() && status == 0) {
            status = response.status();
            if (keeper != null) {
                keeper.answered(status);
            }
        }
        running.on(new Event.Respond(response));
        if (invite && accepted() && branches.stream().allMatch(ClientShell::over)) {
            retire();
        }
    }

    /**
     * Nobody rings any more. What timers L and M wait for needs no transactions: the INVITE once more is swallowed, the 2xx once more
     * and the ACK are forwarded without one (RFC 3261 sections 16.7 and 16.11), so the call costs no memory for half a minute.
     */
    private void retire() {
        branches.forEach(ClientShell::retire);
        desk.keep(key, null, back, requestId);
        forget();
    }

    /**
     * A second copy of an INVITE at another node is refused for what the first one has used up, its nonce. So before a refusal goes
     * out whoever works on the first is looked for; what is forked needs no such question, because its record is the claim.
     */
    private void askBefore(Response refusal) {
        asking = true;
        asked = true;
        desk.elsewhere().owner(key, theirs -> {
            asking = false;
            if (theirs.isPresent() && !over) {
                lost(theirs.get());
            } else {
                respond(refusal);
            }
        });
    }

    @Override
    public boolean answered() {
        return status != 0 || asking;
    }

    /** 100 when the first branch goes out: by then the record is written, so who gets it is not left alone by a lost node. */
    void trying() {
        if (invite && !provisional && !over) {
            respond(Response.to(request, 100, "Trying").build());
        }
    }

    @Override
    public ClientTransaction fork(Request branch, Target target, String suffix, ClientListener listener) {
        ClientShell client = new ClientShell(desk, branch, target, suffix, listener);
        if (invite && over) {
            // Nobody waits for it any more, or another node has forked it.
            client.abandon();
            return client;
        }
        client.plan();
        if (!invite) {
            client.start();
            return client;
        }
        branches.add(client);
        if (keeper == null && desk.records().active()) {
            keeper = new Keeper(desk, key, request, inlet, this::lost);
        }
        if (keeper == null) {
            trying();
            client.start();
        } else {
            client.keptBy(keeper);
            keeper.add(client, this::trying);
        }
        return client;
    }

    /** Writes the record of an INVITE that began while this node was alone. */
    void record() {
        if (invite && keeper == null && !over && status == 0 && !branches.isEmpty()) {
            Keeper writes = new Keeper(desk, key, request, inlet, this::lost);
            keeper = writes;
            branches.forEach(branch -> branch.keptBy(writes));
            writes.know(branches);
        }
    }

    @Override
    public void onCancel(Runnable task) {
        onCancel = task;
        if (cancelled && status == 0) {
            task.run();
        }
    }

    @Override
    public String cancelReason() {
        return cancelledBy == null ? "" : cancelledBy.text("Reason").orElse("");
    }

    @Override
    public void onEnd(Runnable ended) {
        onEnd = ended;
        if (over) {
            ended.run();
        }
    }

    @Override
    public void send(Message message) {
        desk.meters().answered(message);
        byte[] bytes = message.encode();
        if (!invite) {
            // The machine of an INVITE keeps what it repeats.
            sent = bytes;
        }
        back.send(bytes, () -> running.on(Event.TRANSPORT_FAILED));
    }

    @Override
    public void passUp(Message message) {
        if (!(message instanceof Request up)) {
            return;
        }
        if (up.method().equals(Methods.ACK)) {
            desk.ack(handler, up, inlet);
            return;
        }
        try {
            handler.request(this);
        } catch (Malformed broken) {
            // A header that only this role reads.
            desk.meters().refused(broken.rule());
            answer(400, "Bad Request");
        } catch (RuntimeException bug) {
            bug(bug);
            answer(500, "Server Internal Error");
        }
    }

    private void answer(int code, String reason) {
        respond(Response.to(request, code, reason, desk.tag()).build());
    }

    @Override
    public void bug(RuntimeException bug) {
        desk.bug(request, bug);
    }

    @Override
    public void sendCancel(Request cancel) {
        throw new IllegalStateException("a server transaction cancels nothing");
    }

    @Override
    public void timedOut() {
        desk.meters().unacknowledged();
    }

    @Override
    public void failed() {
        desk.meters().unsent();
    }

    @Override
    public void terminated() {
        forget();
    }

    /** The door closes. */
    void stop() {
        running.stopAll();
    }

    private void forget() {
        if (over) {
            return;
        }
        over = true;
        running.stopAll();
        desk.remove(this);
        if (!invite && status != 0 && !inlet.transport().reliable()) {
            desk.keep(key, status == 408 ? null : sent, back, requestId);
        }
        if (onEnd != null) {
            onEnd.run();
        }
    }
}
