package dev.millrace.platform.doors.sip;

import dev.millrace.protocols.sip.Request;
import dev.millrace.protocols.sip.Response;
import dev.millrace.protocols.sip.transaction.TransactionKey;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * Finds the node of a transaction that is not here, by its record, and hands it the message: an INVITE again, its CANCEL (RFC 3261
 * section 9.2), its ACK (section 17.2.3). Owned by one desk.
 */
final class Elsewhere {
    /** Records looked for at once; one more is taken for unknown, so that a flood of CANCEL does not become one of questions. */
    static final int LOOKUPS = 2_000;

    /** After so long a CANCEL looks again for the INVITE that it cancels, which another node may just be writing down. */
    private static final Duration CANCEL_AGAIN = Duration.ofMillis(300);

    private final Desk desk;
    private final Exchange exchange;
    private int lookups;

    Elsewhere(Desk desk, Exchange exchange) {
        this.desk = desk;
        this.exchange = exchange;
    }

    /** An ACK to a refusal goes to the node that refused; one that nobody knows is for a 2xx. */
    void ack(Request ack, Inlet inlet) {
        find(TransactionKey.ofReceived(ack), record -> {
            if (record.isEmpty()) {
                desk.success(ack, inlet, Desk.Path.NETWORK);
            } else if (elsewhere(record.get())) {
                exchange.forward(record.get().owner(), ack, inlet);
            }
        });
    }

    void cancel(Request cancel, Inlet inlet) {
        cancel(cancel, inlet, true);
    }

    private void cancel(Request cancel, Inlet inlet, boolean again) {
        find(TransactionKey.ofCancelled(cancel), record -> {
            if (record.isPresent() && elsewhere(record.get())) {
                exchange.forward(record.get().owner(), cancel, inlet);
            } else if (record.isEmpty() && again && lookups < LOOKUPS) {
                lookups++;
                desk.loop().after(CANCEL_AGAIN, () -> {
                    lookups--;
                    cancel(cancel, inlet, false);
                });
            } else if (record.isPresent()
                    && record.get().running()
                    && !exchange.records().ours(record.get())) {
                // Its node was lost a moment ago: whoever writes first ends the call.
                desk.stateless().answer(cancel, inlet, 200, "OK");
                exchange.adoption().end(Records.text(TransactionKey.ofCancelled(cancel)), record.get());
            } else {
                desk.stateless().unknown(cancel, inlet);
            }
        });
    }

    /** The record of an INVITE that another process works on, or has worked on. */
    void owner(TransactionKey key, Consumer<Optional<TransactionRecord>> then) {
        find(
                key,
                record -> then.accept(record.filter(each -> !exchange.records().ours(each))));
    }

    /** An INVITE whose record another node has written; or one had that is gone. */
    void request(TransactionRecord record, Request request, Inlet inlet) {
        if (elsewhere(record)) {
            exchange.forward(record.owner(), request, inlet);
        } else if (record.running()) {
            exchange.adoption().adopt(Records.text(TransactionKey.ofReceived(request)), record);
        } else if (record.status() >= 300) {
            desk.stateless().busy(request, inlet);
        }
    }

    /**
     * A call of a lost node that gets its final answer after all: whoever ends the others must leave it alone. The answer waits for
     * that no longer than a call waits for its record.
     *
     * @param then passes it
     * @param late instead, where the caller has been refused already
     */
    void settled(Response answer, Runnable then, Runnable late) {
        Once once = new Once(desk.loop(), Keeper.PATIENCE, exchange.records()::late, then);
        ofCaller(
                answer,
                (key, record) -> {
                    if (!record.running()) {
                        once.instead(record.status() >= 300 ? late : then);
                        return;
                    }
                    Records records = exchange.records();
                    records.swap(key, Optional.of(record), records.ended(record, answer.status()))
                            .onComplete(done -> desk.loop().run(() -> {
                                boolean refused = done.succeeded()
                                        && !done.result().done()
                                        && done.result()
                                                .current()
                                                .filter(now -> now.status() >= 300)
                                                .isPresent();
                                once.instead(refused ? late : then);
                            }));
                },
                once::run);
    }

    /**
     * A phone of a lost node's call has stopped to ring, because the one who ends such calls wants it to: where it was the only one,
     * its caller need not wait any longer.
     *
     * @param otherwise where nobody does
     */
    void stopped(Response terminated, Runnable otherwise) {
        ofCaller(
                terminated,
                (key, record) -> {
                    if (record.running() && record.branches().size() == 1) {
                        exchange.adoption().refuse(key, record);
                    }
                },
                otherwise);
    }

    /** The record of the INVITE that a lost node's branch was made for, by the Via below ours. */
    private void ofCaller(Response answer, BiConsumer<String, TransactionRecord> then, Runnable unknown) {
        if (answer.vias().size() < 2 || !exchange.records().active()) {
            unknown.run();
            return;
        }
        TransactionKey key = TransactionKey.ofInvite(answer.vias().get(1));
        find(
                key,
                found -> found.filter(record -> isAnswer(record, answer))
                        .ifPresentOrElse(record -> then.accept(Records.text(key), record), unknown));
    }

    /** A callee may write what he likes below our Via: it has to be the call that he was asked to answer. */
    private boolean isAnswer(TransactionRecord record, Response answer) {
        return (exchange.records().abandoned(record) || !record.running())
                && record.invite()
                        .filter(invite -> invite.callId().equals(answer.callId())
                                && invite.from().tag().equals(answer.from().tag()))
                        .isPresent();
    }

    private boolean elsewhere(TransactionRecord record) {
        return exchange.records().elsewhere(record);
    }

    /** Looks in the table; {@code then} runs on the desk's loop. */
    private void find(TransactionKey key, Consumer<Optional<TransactionRecord>> then) {
        if (lookups >= LOOKUPS) {
            desk.meters().crowded();
            then.accept(Optional.empty());
            return;
        }
        lookups++;
        exchange.records()
                .find(key)
                .onComplete(found -> desk.loop().run(() -> {
                    lookups--;
                    then.accept(found.succeeded() ? found.result() : Optional.empty());
                }));
    }
}
