package dev.millrace.platform.doors.sip;

import dev.millrace.protocols.sip.Message;
import dev.millrace.protocols.sip.Methods;
import dev.millrace.protocols.sip.Request;
import dev.millrace.protocols.sip.Response;
import dev.millrace.protocols.sip.transaction.Event;
import dev.millrace.protocols.sip.transaction.InviteClient;
import dev.millrace.protocols.sip.transaction.NonInviteClient;
import dev.millrace.protocols.sip.transaction.TransactionKey;
import org.jspecify.annotations.Nullable;

/** One client transaction (RFC 3261 section 17.1): a request sent one way. Owned by one event loop. */
final class Attempt implements Running.Shell {
    /** Whoever wants to know. */
    interface Owner {
        void response(Attempt attempt, Response response);

        void timedOut(Attempt attempt);

        void failed(Attempt attempt);
    }

    private final Desk desk;
    private final Request request;
    private final TransactionKey key;
    private final Outlet outlet;
    private final boolean reliable;
    private final Running<?> running;
    private final long begunNanos;
    private @Nullable Owner owner;
    private boolean accepted;

    Attempt(Desk desk, Request request, boolean reliable, Outlet outlet, @Nullable Owner owner) {
        this.desk = desk;
        this.request = request;
        this.key = TransactionKey.ofSent(request);
        this.outlet = outlet;
        this.reliable = reliable;
        this.owner = owner;
        this.begunNanos = desk.nanos();
        this.running = request.method().equals(Methods.INVITE)
                ? running(new InviteClient(request, reliable, desk.timing()))
                : running(new NonInviteClient(request, reliable, desk.timing()));
    }

    private <S> Running<S> running(dev.millrace.protocols.sip.transaction.Transaction<S> machine) {
        return new Running<>(machine, this, desk.deadlines());
    }

    TransactionKey key() {
        return key;
    }

    void start() {
        desk.put(this);
        running.on(Event.BEGIN);
    }

    void answered(Response response) {
        running.on(new Event.Answered(response));
    }

    void cancel(String reason) {
        running.on(new Event.Cancel(reason));
    }

    /** Nobody listens any more. An INVITE goes on until it is over, for its ACK and CANCEL; anything else is forgotten. */
    void leave() {
        owner = null;
        if (!request.method().equals(Methods.INVITE)) {
            forget();
        }
    }

    @Override
    public void send(Message message) {
        outlet.send(message.encode(), () -> running.on(Event.TRANSPORT_FAILED));
    }

    @Override
    public void passUp(Message message) {
        if (message instanceof Response response) {
            accepted |= response.isSuccess();
            if (owner != null) {
                owner.response(this, response);
            }
        }
    }

    @Override
    public void sendCancel(Request cancel) {
        new Attempt(desk, cancel, reliable, outlet, null).start();
    }

    @Override
    public void timedOut() {
        if (owner != null) {
            owner.timedOut(this);
        }
    }

    @Override
    public void failed() {
        if (owner != null) {
            owner.failed(this);
        }
    }

    @Override
    public void terminated() {
        desk.remove(this);
    }

    @Override
    public void bug(RuntimeException bug) {
        desk.bug(request, bug);
    }

    /** The door closes. */
    void stop() {
        running.stopAll();
    }

    /** All that may still come of it are more 2xx, and those are passed without it as well. */
    void retire() {
        if (accepted) {
            forget();
        }
    }

    /** Nobody ended it in time: its call is over for everybody. */
    void forget() {
        running.stopAll();
        desk.remove(this);
    }

    /** When it began, by the clock that only grows. */
    long begunNanos() {
        return begunNanos;
    }
}
