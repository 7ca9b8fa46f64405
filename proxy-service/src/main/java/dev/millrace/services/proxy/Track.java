package dev.millrace.services.proxy;

import dev.millrace.platform.contracts.Calls.Dialog;
import dev.millrace.platform.contracts.Calls.EndedBy;
import dev.millrace.protocols.sip.Methods;
import dev.millrace.protocols.sip.Request;
import dev.millrace.protocols.sip.Response;
import dev.millrace.protocols.sip.proxy.Effect;
import dev.millrace.services.proxy.core.Names;
import dev.millrace.services.proxy.core.SessionTimer;

/** What the call records learn from one request and its responses. Owned by the request's loop. */
sealed interface Track {
    /** One more phone or peer is tried. */
    default void branched() {}

    /** A response goes upstream; the branch is {@link Effect#OURSELVES} for our own. */
    void answered(int branch, Response response);

    /** Nobody answered, and nobody is told (RFC 4320). */
    default void silent() {}

    /** Another node has the request: there will be no answer of ours. */
    default void lost() {}

    /** A request that no record cares for. */
    record None() implements Track {
        @Override
        public void answered(int branch, Response response) {
            // There is no record.
        }
    }

    /** The INVITE of a new call. */
    record NewCall(CallBook book, String key) implements Track {
        private static final int RINGING = 180;
        private static final int PROGRESS = 183;
        private static final int TERMINATED = 487;

        @Override
        public void branched() {
            book.branched(key);
        }

        @Override
        public void lost() {
            book.lost(key);
        }

        @Override
        public void answered(int branch, Response response) {
            int status = response.status();
            if (status == RINGING || status == PROGRESS) {
                book.ringing(key);
            } else if (response.isSuccess()) {
                book.answered(key, status, Names.tag(response.to().tag().orElse("")), SessionTimer.of(response));
            } else if (response.isFinal()) {
                EndedBy by = status == TERMINATED
                        ? EndedBy.CALLER
                        : branch == Effect.OURSELVES ? EndedBy.PROXY : EndedBy.CALLEE;
                book.failed(key, by, status);
            }
        }
    }

    /** A BYE, or what may refresh the session timer (RFC 4028), inside a dialog. */
    record InDialog(CallBooks books, CallBook book, Dialog dialog, boolean bye, long nowMillis) implements Track {
        private static final int TIMEOUT = 408;
        private static final int NO_DIALOG = 481;

        @Override
        public void answered(int branch, Response response) {
            int status = response.status();
            if (bye) {
                if (response.isSuccess() || status == NO_DIALOG || status == TIMEOUT) {
                    ended();
                }
            } else if (response.isSuccess()) {
                long expires =
                        nowMillis + book.lifetime(SessionTimer.of(response)).toMillis();
                if (!book.refreshed(dialog, expires)) {
                    books.refreshed(dialog, expires);
                }
            }
        }

        @Override
        public void silent() {
            if (bye) {
                ended();
            }
        }

        private void ended() {
            if (!book.ended(dialog)) {
                books.ended(dialog);
            }
        }
    }

    /** The record of a request inside a dialog. */
    static Track of(Request request, boolean fromCaller, CallBooks books, CallBook book, long nowMillis) {
        boolean bye = request.method().equals(Methods.BYE);
        if (!bye
                && !request.method().equals(Methods.INVITE)
                && !request.method().equals(Methods.UPDATE)) {
            return new None();
        }
        String from = request.from().tag().orElse("");
        String to = request.to().tag().orElse("");
        String key = Names.call(request.callId(), fromCaller ? from : to);
        return new InDialog(books, book, new Dialog(key, Names.tag(from), Names.tag(to)), bye, nowMillis);
    }
}
