package dev.millrace.platform.doors.sip;

import dev.millrace.platform.contracts.Flows.FlowRef;
import dev.millrace.platform.contracts.Transport;
import dev.millrace.platform.doors.sip.TransactionRecord.Branch;
import dev.millrace.platform.runtime.HostPort;
import dev.millrace.platform.runtime.Loop;
import dev.millrace.platform.runtime.Member;
import dev.millrace.platform.runtime.NodeContext;
import dev.millrace.platform.runtime.Rendezvous;
import dev.millrace.protocols.sip.Request;
import dev.millrace.protocols.sip.SipUri;
import dev.millrace.protocols.sip.transaction.TransactionKey;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends the calls of a lost node that were still ringing: their phones get CANCEL, their callers 503, and a late repetition of the
 * INVITE gets the same. The 503 waits for phones whose answer was on its way to the lost node: they repeat it, and then the call
 * stands. One node does it for each call: the one that rendezvous hashing picks, and of two that think they are it, the one that
 * writes first. Calls that were answered are left alone: any node routes them. May be called from any loop.
 */
final class Adoption {
    private static final Logger LOG = LoggerFactory.getLogger(Adoption.class);

    /**
     * When the records of a lost node are looked through, after its loss: at once, and again for those that could not be read while
     * partitions moved, or that another survivor was to take that was lost itself.
     */
    private static final List<Duration> WALKS =
            List.of(Duration.ofMillis(1), Duration.ofSeconds(2), Duration.ofSeconds(10));

    /** A phone repeats its 2xx after 4 s at the latest (RFC 3261 section 13.3.1.4, T2), so one that has answered is heard by then. */
    static final Duration GRACE = Duration.ofSeconds(5);

    /** Calls that wait so at the same time; one more is ended at once, and counted. */
    static final int WAITING = 10_000;

    private final Exchange exchange;
    private final NodeContext node;
    private final Set<String> waiting = new HashSet<>();
    private Set<String> before = new HashSet<>();

    Adoption(Exchange exchange) {
        this.exchange = exchange;
        this.node = exchange.node();
    }

    /** Who lives now; called for each change. */
    void members(List<Member> members) {
        Set<String> now = new HashSet<>();
        members.stream().filter(Roles::sip).map(Member::id).forEach(now::add);
        before.removeAll(now);
        if (!before.isEmpty()) {
            walkSoon();
        }
        before = now;
    }

    /** Looks for calls whose node is gone. At a start these may be of this node's own predecessor. */
    void walkSoon() {
        WALKS.forEach(wait -> exchange.first().loop().after(wait, this::walk));
    }

    private void walk() {
        exchange.records()
                .all()
                .onSuccess(all -> all.forEach((key, record) -> {
                    if (record.running()
                            && exchange.records().abandoned(record)
                            && (predecessors(record) || chosen(key))) {
                        adopt(key, record);
                    }
                }))
                .onFailure(failure -> LOG.warn("sip records unreadable cause={}", failure.toString()));
    }

    /** Of a process that had this node's name: the others take it for ours. */
    private boolean predecessors(TransactionRecord record) {
        return record.owner().equals(node.nodeId());
    }

    private boolean chosen(String key) {
        String best = node.nodeId();
        for (Member member : node.membership().members()) {
            if (Roles.sip(member) && Rendezvous.weight(member.id(), key) > Rendezvous.weight(best, key)) {
                best = member.id();
            }
        }
        return best.equals(node.nodeId());
    }

    /** Cancels what rings of that call, and ends it if nobody has answered it soon. */
    void adopt(String key, TransactionRecord record) {
        Loop loop = exchange.first().loop();
        loop.run(() -> {
            if (record.branches().isEmpty()) {
                end(key, record);
            } else if (waiting.size() >= WAITING) {
                exchange.meters().hurried();
                end(key, record);
            } else if (waiting.add(key)) {
                // It may have been answered since it was read.
                exchange.records().find(key).onComplete(found -> {
                    if (found.failed()
                            || found.result()
                                    .filter(now -> now.version() == record.version())
                                    .isPresent()) {
                        cancel(record);
                    }
                });
                loop.after(GRACE, () -> {
                    waiting.remove(key);
                    refuse(key, record);
                });
            }
        });
    }

    /** Ends that call at once, if nobody has yet. */
    void end(String key, TransactionRecord record) {
        cancel(record);
        refuse(key, record);
    }

    private void cancel(TransactionRecord record) {
        record.invite().ifPresent(invite -> {
            Desk desk = exchange.desk(invite.callId());
            desk.loop().run(() -> record.branches().forEach(branch -> cancel(desk, branch)));
        });
    }

    /** Answers its caller 503, if nobody has answered yet; what rings is left alone. */
    void refuse(String key, TransactionRecord record) {
        TransactionRecord ended = exchange.records().ended(record, 503);
        exchange.records().swap(key, Optional.of(record), ended).onSuccess(swapped -> {
            if (swapped.done()) {
                record.invite().ifPresent(invite -> refuse(record, invite));
            }
        });
    }

    private void refuse(TransactionRecord record, Request invite) {
        exchange.meters().adopted();
        Desk desk = exchange.desk(invite.callId());
        desk.loop().run(() -> {
            LOG.info(
                    "sip call adopted owner={} branches={}",
                    record.owner(),
                    record.branches().size());
            TransactionKey key = TransactionKey.ofReceived(invite);
            desk.adopt(invite, Inlet.of(record.caller()), key, adopted -> refuse(desk, adopted));
        });
    }

    private static void refuse(Desk desk, ServerTransaction adopted) {
        Duration longest = desk.config().overload().retryAfter();
        adopted.respond(Stateless.busy(
                adopted.request(), desk.tag(), longest, desk.chance().fraction()));
    }

    private void cancel(Desk desk, Branch branch) {
        branch.request()
                .ifPresent(cancel -> reach(desk, branch, cancel, outlet -> {
                    boolean reliable = branch.way().transport().reliable();
                    new Attempt(desk, cancel, reliable, outlet, null).start();
                }));
    }

    /**
     * The branch's own flow where it still is; else the same address over UDP. Over connections, and through a balancer, whose session
     * may lead to somebody else by now, the phone's own.
     */
    private void reach(Desk desk, Branch branch, Request cancel, Consumer<Outlet> then) {
        FlowRef way = branch.way();
        Outlets outlets = exchange.outlets();
        Optional<Outlet> flow = branch.flow() ? outlets.to(way, desk.loop()) : Optional.empty();
        boolean bound = branch.flow() && (way.transport() != Transport.UDP || way.number() != 0);
        Optional<InetSocketAddress> address = bound ? address(cancel) : Optional.of(Outlets.remote(way));
        if (flow.isPresent()) {
            then.accept(flow.get());
        } else if (way.transport() == Transport.UDP) {
            address.ifPresent(
                    peer -> then.accept(outlets.to(exchange.transports().udp(peer), desk.loop())));
        } else if (!way.transport().webSocket()) {
            address.ifPresent(peer -> exchange.transports()
                    .connect(way.transport(), peer, branch.serverName())
                    .onSuccess(open -> desk.loop().run(() -> then.accept(outlets.to(open, desk.loop())))));
        }
    }

    private static Optional<InetSocketAddress> address(Request cancel) {
        if (!(cancel.uri() instanceof SipUri uri)) {
            return Optional.empty();
        }
        int port = uri.port() > 0 ? uri.port() : Transport.TCP.defaultPort();
        return HostPort.literal(uri.plainHost()).map(host -> new InetSocketAddress(host, port));
    }
}
