package dev.millrace.edges.rtsp;

import dev.millrace.platform.runtime.Loop;
import dev.millrace.platform.runtime.UdpPair;
import dev.millrace.platform.runtime.UdpPairs;
import dev.millrace.platform.runtime.UdpPort;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;

/**
 * The UDP ports from which one loop's readers are served. Several readers share a pair, so that a frame leaves to all of them in
 * one batch; not all of them do, because a socket's queue has a bound. Owned by that loop.
 */
final class ReaderPorts {
    /** Sessions on one pair: a key frame of 512 KB for each still fits into the socket's queue of 16 MB. */
    static final int SESSIONS_PER_PAIR = 32;

    private final UdpPairs pairs;
    private final Loop loop;
    private final UdpPort.Receiver rtp;
    private final UdpPort.Receiver rtcp;
    private final List<Shared> open = new ArrayList<>();

    ReaderPorts(UdpPairs pairs, Loop loop, UdpPort.Receiver rtp, UdpPort.Receiver rtcp) {
        this.pairs = pairs;
        this.loop = loop;
        this.rtp = rtp;
        this.rtcp = rtcp;
    }

    /** A pair and how many sessions use it. */
    final class Shared {
        private final UdpPair pair;
        private int sessions;

        private Shared(UdpPair pair) {
            this.pair = pair;
        }

        UdpPort rtp() {
            return pair.rtp();
        }

        UdpPort rtcp() {
            return pair.rtcp();
        }

        /** One session less; the last one closes the ports. */
        void release() {
            sessions--;
            if (sessions == 0) {
                open.remove(this);
                pair.close();
            }
        }
    }

    /** A pair for one more session, which releases it; answers on the loop. */
    Future<Shared> take() {
        for (Shared shared : open) {
            if (shared.sessions < SESSIONS_PER_PAIR) {
                shared.sessions++;
                return Future.succeededFuture(shared);
            }
        }
        Promise<Shared> taken = Promise.promise();
        pairs.open(loop, rtp, rtcp)
                .onComplete(done -> loop.run(() -> {
                    if (done.failed()) {
                        taken.fail(done.cause());
                        return;
                    }
                    Shared shared = new Shared(done.result());
                    shared.sessions = 1;
                    open.add(shared);
                    taken.complete(shared);
                }));
        return taken.future();
    }
}
