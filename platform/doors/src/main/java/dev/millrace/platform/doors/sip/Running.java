package dev.millrace.platform.doors.sip;

import dev.millrace.protocols.sip.Message;
import dev.millrace.protocols.sip.Request;
import dev.millrace.protocols.sip.transaction.Effect;
import dev.millrace.protocols.sip.transaction.Event;
import dev.millrace.protocols.sip.transaction.Timer;
import dev.millrace.protocols.sip.transaction.Transaction;
import dev.millrace.protocols.wire.Step;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A transaction's machine at work: holds its state and its timers, gives the effects to its shell. Owned by one event loop. */
final class Running<S> {
    /** What a shell does for its machine. */
    interface Shell {
        void send(Message message);

        void passUp(Message message);

        void sendCancel(Request cancel);

        void timedOut();

        void failed();

        void terminated();

        /** One of the calls above threw. */
        void bug(RuntimeException bug);
    }

    private final Transaction<S> machine;
    private final Shell shell;
    private final Deadlines deadlines;
    private final dev.millrace.platform.runtime.@Nullable Timer[] timers =
            new dev.millrace.platform.runtime.@Nullable Timer[Timer.values().length];
    private S state;

    Running(Transaction<S> machine, Shell shell, Deadlines deadlines) {
        this.machine = machine;
        this.shell = shell;
        this.deadlines = deadlines;
        this.state = machine.begin();
    }

    S state() {
        return state;
    }

    void on(Event event) {
        Step<S, Effect> step = machine.on(state, event);
        state = step.next();
        for (Effect effect : step.effects()) {
            try {
                perform(effect);
            } catch (RuntimeException bug) {
                // The effects behind it are performed all the same: a timer that is never set would keep the
                // transaction for ever.
                shell.bug(bug);
            }
        }
    }

    private void perform(Effect effect) {
        switch (effect) {
            case Effect.Send(var message) -> shell.send(message);
            case Effect.PassUp(var message) -> shell.passUp(message);
            case Effect.Start(var timer, var after) -> start(timer, after);
            case Effect.Stop(var timer) -> stop(timer);
            case Effect.SendCancel(var cancel) -> shell.sendCancel(cancel);
            case Effect.TimedOut _ -> shell.timedOut();
            case Effect.Failed _ -> shell.failed();
            case Effect.Terminated _ -> {
                stopAll();
                shell.terminated();
            }
        }
    }

    private void start(Timer timer, Duration after) {
        stop(timer);
        timers[timer.ordinal()] = deadlines.after(after, () -> {
            timers[timer.ordinal()] = null;
            on(timer.fired());
        });
    }

    private void stop(Timer timer) {
        dev.millrace.platform.runtime.Timer running = timers[timer.ordinal()];
        if (running != null) {
            running.cancel();
            timers[timer.ordinal()] = null;
        }
    }

    /** No timer fires any more. */
    void stopAll() {
        for (Timer timer : Timer.values()) {
            stop(timer);
        }
    }
}
