package dev.millrace.platform.doors.sip;

import dev.millrace.platform.doors.sip.TransactionRecord.Branch;
import dev.millrace.platform.runtime.Table.Swapped;
import dev.millrace.protocols.sip.Request;
import dev.millrace.protocols.sip.transaction.TransactionKey;
import io.vertx.core.AsyncResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Keeps the record of one INVITE in step with its branches: what is not written down is not sent. All branches of one turn of
 * the loop are one write, and nothing else waits for it. A table that does not answer within {@link #PATIENCE} is not waited for, nor
 * by what comes behind: a call without a record is better than none. Owned by one event loop.
 */
final class Keeper {
    /** How long a call waits for its record. */
    static final Duration PATIENCE = Duration.ofMillis(500);

    /** How long after a failed write of the end it is tried again: partitions move for seconds when a node is lost. */
    private static final Duration END_AGAIN = Duration.ofSeconds(2);

    /** Tries of one write, of which each but the first knows better what is there. */
    private static final int TRIES = 3;

    private final Desk desk;
    private final Records records;
    private final String key;
    private final Consumer<TransactionRecord> lost;
    private final List<ClientShell> branches = new ArrayList<>(2);
    private List<ClientShell> waiting = new ArrayList<>(2);
    private TransactionRecord next;
    private Optional<TransactionRecord> written = Optional.empty();
    private Runnable first = () -> {};
    private boolean scheduled;
    private boolean writing;
    private boolean tried;
    private boolean late;
    private boolean behind;
    private int status;
    private int ends = TRIES;

    /** @param lost told once, with what is there, when another node has the transaction */
    Keeper(Desk desk, TransactionKey key, Request invite, Inlet inlet, Consumer<TransactionRecord> lost) {
        this.desk = desk;
        this.records = desk.records();
        this.key = Records.text(key);
        this.next = records.first(invite, inlet);
        this.lost = lost;
    }

    /** The branch is to be sent; it starts when it is written down, after {@code before}. */
    void add(ClientShell branch, Runnable before) {
        first = before;
        add(branch);
    }

    /** A branch goes another way; it starts when that is written down. */
    void add(ClientShell branch) {
        if (!branches.contains(branch)) {
            branches.add(branch);
        }
        if (late) {
            behind = true;
            start(List.of(branch));
        } else {
            waiting.add(branch);
            schedule();
        }
    }

    /** These have been sent already. */
    void know(List<ClientShell> sent) {
        branches.addAll(sent);
        schedule();
    }

    /** A final response has gone out. */
    void answered(int finalStatus) {
        if (status == 0) {
            status = finalStatus;
            schedule();
        }
    }

    private void schedule() {
        if (!scheduled && !writing) {
            scheduled = true;
            desk.loop().execute(this::flush);
        }
    }

    private void flush() {
        scheduled = false;
        List<ClientShell> now = waiting;
        waiting = new ArrayList<>(2);
        if (status != 0) {
            start(now);
            // Also after a write whose answer was lost: it may be there.
            if (tried) {
                next = records.ended(next, status);
                write(() -> {});
            }
            return;
        }
        List<Branch> sent = new ArrayList<>(branches.size());
        branches.forEach(branch -> branch.branch().ifPresent(sent::add));
        next = next.with(sent);
        write(() -> start(now));
    }

    private void start(List<ClientShell> now) {
        first.run();
        now.forEach(ClientShell::start);
    }

    private void write(Runnable then) {
        writing = true;
        tried = true;
        Once once = new Once(desk.loop(), PATIENCE, this::onLate, then);
        write(next, once, TRIES);
    }

    private void onLate() {
        records.late();
        late = true;
    }

    private void write(TransactionRecord wanted, Once once, int tries) {
        records.swap(key, written, wanted)
                .onComplete(done -> desk.loop().run(() -> onWritten(wanted, done, once, tries)));
    }

    private void onWritten(
            TransactionRecord wanted, AsyncResult<Swapped<TransactionRecord>> done, Once once, int tries) {
        if (done.succeeded() && !done.result().done()) {
            Optional<TransactionRecord> there = done.result().current();
            if (there.isPresent() && !records.ours(there.get())) {
                writing = false;
                once.cancel();
                if (status == 0) {
                    lost.accept(there.get());
                }
                return;
            }
            // Our own, of a write whose answer was lost; or it has expired.
            written = there;
            if (tries > 1) {
                write(wanted, once, tries - 1);
                return;
            }
        } else if (done.succeeded()) {
            written = Optional.of(wanted);
        }
        writing = false;
        late = false;
        once.run();
        if (done.failed() && !wanted.running() && ends > 0) {
            // Should this node be lost, whoever looks through its calls would take this one for one that rings.
            ends--;
            desk.loop().after(END_AGAIN, this::schedule);
        }
        if (behind || !waiting.isEmpty() || status != 0 && wanted.running()) {
            behind = false;
            schedule();
        }
    }
}
