package dev.millrace.platform.lanes;

import dev.millrace.platform.contracts.Relay;
import dev.millrace.platform.contracts.Relay.Ticket;
import dev.millrace.platform.contracts.Streams;
import dev.millrace.platform.contracts.Streams.Claim;
import dev.millrace.platform.runtime.Bus;
import dev.millrace.platform.runtime.Member;
import dev.millrace.platform.runtime.NodeContext;
import dev.millrace.platform.runtime.TcpPort;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds a home for one publication and keeps it in one: claims the path, opens the lane, and moves it when the home is lost
 * or asks to leave. Every step names the epoch it saw, so a repeated or late step changes nothing. Owned by the
 * publication's loop.
 */
final class Homes {
    private static final Logger LOG = LoggerFactory.getLogger(Homes.class);
    private static final Duration RETRY = Duration.ofMillis(150);
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);

    /** Tries of a publisher that is being let in; one that is in tries for the length of the grace. */
    private static final int TRIES = 12;

    private final Publications publications;
    private final NodeContext node;
    private final Publication publication;
    private final byte[] sdp;
    private String publicId;
    private long epoch;
    private String relay = "";
    private boolean moving;
    private @Nullable Outlet current;

    Homes(Publications publications, Publication publication) {
        this.publications = publications;
        this.node = publications.node();
        this.publication = publication;
        this.sdp = publication.tracks().description().encode();
        this.publicId = node.ids().publicId();
    }

    String publicId() {
        return publicId;
    }

    long epoch() {
        return epoch;
    }

    private Bus bus() {
        return node.bus();
    }

    /** Lets the publication in. Fails with {@link Refused}. */
    Future<Void> enter(boolean override) {
        return attempt(override, new HashSet<>(), TRIES, false);
    }

    /**
     * One round: find the claim, open the lane at its relay, or claim the path for another relay.
     *
     * @param avoid relays that are gone or leaving
     * @param ours whether the path is ours already, so that another owner means we were replaced
     */
    private Future<Void> attempt(boolean override, Set<String> avoid, int tries, boolean ours) {
        if (publication.isClosed()) {
            return Future.failedFuture(new Refused(Refused.Why.NOT_FOUND, "the publisher left meanwhile"));
        }
        if (tries == 0) {
            return Future.failedFuture(new Refused(Refused.Why.UNREACHABLE, "no relay answered in time"));
        }
        return bus().ask(Streams.FIND, publication.path().text(), publication.path())
                .compose(
                        found -> {
                            if (ours && found.isPresent() && replacedBy(found.get())) {
                                return Future.failedFuture(new Refused(Refused.Why.BUSY, "another publisher has it"));
                            }
                            return found.isPresent() && usable(found.get(), avoid)
                                    ? open(found.get(), override, avoid, tries, ours)
                                    : claim(found, override, avoid, tries, ours);
                        },
                        unanswered -> later(override, avoid, tries, ours));
    }

    private boolean replacedBy(Claim claim) {
        return claim.epoch() > epoch && !claim.edge().equals(node.nodeId());
    }

    private boolean usable(Claim claim, Set<String> avoid) {
        return !avoid.contains(claim.relay())
                && node.membership().find(claim.relay()).isPresent();
    }

    private Future<Void> later(boolean override, Set<String> avoid, int tries, boolean ours) {
        Promise<Void> done = Promise.promise();
        publication
                .loop()
                .after(RETRY, () -> attempt(override, avoid, tries - 1, ours).onComplete(done));
        return done.future();
    }

    private Future<Void> claim(Optional<Claim> found, boolean override, Set<String> avoid, int tries, boolean ours) {
        Optional<Member> chosen = publications.chooseRelay(avoid);
        if (chosen.isEmpty()) {
            // One that was lost may come back, and is better than none.
            return ours
                    ? later(override, Set.of(), tries, true)
                    : Future.failedFuture(new Refused(Refused.Why.NO_RELAY, "no node takes new streams"));
        }
        Streams.Claiming claiming = new Streams.Claiming(
                publication.path(),
                found.map(Claim::epoch).orElse(0L),
                publicId,
                chosen.get().id(),
                node.nodeId(),
                sdp);
        return bus().ask(Streams.CLAIM, publication.path().text(), claiming)
                .compose(
                        answer -> answer.granted()
                                ? open(answer.current(), override, avoid, tries, ours)
                                : later(override, avoid, tries, ours),
                        unanswered -> later(override, avoid, tries, ours));
    }

    private Future<Void> open(Claim claim, boolean override, Set<String> avoid, int tries, boolean ours) {
        Relay.Opening opening = new Relay.Opening(
                publication.path(), claim.publicId(), claim.epoch(), node.nodeId(), sdp, claim.restamps(), override);
        return bus().ask(claim.relay(), Relay.OPEN, opening)
                .compose(
                        ticket -> opened(ticket, claim, override, avoid, tries, ours),
                        // A path that is not ours yet stays with a relay that is only slow to answer.
                        unanswered ->
                                later(override, ours || override ? with(avoid, claim.relay()) : avoid, tries, ours));
    }

    private static Set<String> with(Set<String> avoid, String relay) {
        Set<String> more = new HashSet<>(avoid);
        more.add(relay);
        return more;
    }

    private Future<Void> opened(
            Ticket ticket, Claim claim, boolean override, Set<String> avoid, int tries, boolean ours) {
        return switch (ticket.outcome()) {
            // The home may not have noticed yet that our own link to it is gone; a real successor has another edge.
            case BUSY ->
                ours
                        ? later(override, avoid, tries, true)
                        : Future.failedFuture(
                                new Refused(Refused.Why.BUSY, "a publisher's packets flow on " + publication.path()));
            case STALE -> later(override, avoid, tries, ours);
            case FULL -> later(override, with(avoid, claim.relay()), tries, ours);
            case GRANTED ->
                enter(ticket.ticket(), claim).recover(lost -> later(override, with(avoid, claim.relay()), tries, ours));
        };
    }

    private Future<Void> enter(byte[] ticket, Claim claim) {
        if (publication.isClosed()) {
            return Future.failedFuture("the publisher left meanwhile");
        }
        publicId = claim.publicId();
        epoch = claim.epoch();
        relay = claim.relay();
        if (relay.equals(node.nodeId())) {
            PublisherPort port = publications.lanes().door().local(ticket);
            if (port == null) {
                return Future.failedFuture("the ticket is unknown here");
            }
            Outlet.Local local = new Outlet.Local(port);
            port.lane().loop().run(() -> port.opened(why -> publication.loop().run(() -> dismissed(local, why))));
            settle(local);
            return Future.succeededFuture();
        }
        Optional<Member> home = node.membership().find(relay);
        if (home.isEmpty()) {
            return Future.failedFuture("the relay left");
        }
        Link connection = new Link(ticket);
        TcpPort.connect(
                        node.loops(),
                        publication.loop(),
                        new InetSocketAddress(
                                home.get().info().clusterHost(),
                                home.get().info().linkPort()),
                        CONNECT_TIMEOUT,
                        connection)
                .onFailure(connection.ready::tryFail);
        return connection.ready.future();
    }

    private void settle(Outlet outlet) {
        current = outlet;
        publication.outlet(outlet);
    }

    private void dismissed(Outlet outlet, Closed why) {
        if (outlet != current || publication.isClosed()) {
            return;
        }
        current = null;
        if (why == Closed.TAKEN_OVER || why == Closed.ENDED || why == Closed.CHANGED) {
            publication.dismissed(why);
        } else {
            publication.noOutlet();
            // Even a home that is only out of reach for a moment is left: it finds its claim gone and follows.
            move(Set.of(relay));
        }
    }

    /** The home asks to leave: true when another one is being looked for. */
    boolean moveFrom(String leaving, long seen) {
        if (moving || publication.isClosed() || !relay.equals(leaving) || seen != epoch) {
            return false;
        }
        if (publications.chooseRelay(Set.of(leaving)).isEmpty()) {
            return false;
        }
        move(Set.of(leaving));
        return true;
    }

    private void move(Set<String> avoid) {
        if (moving) {
            return;
        }
        moving = true;
        String from = relay;
        int tries = Math.max(TRIES, (int) (publications.lanes().grace().toMillis() / RETRY.toMillis()));
        attempt(false, avoid, tries, true)
                .onComplete(done -> publication.loop().run(() -> {
                    moving = false;
                    if (done.succeeded()) {
                        LOG.info("stream moved stream={} from={} to={} epoch={}", publicId, from, relay, epoch);
                    } else if (!publication.isClosed()) {
                        boolean replaced = done.cause() instanceof Refused refused && refused.why() == Refused.Why.BUSY;
                        publication.dismissed(replaced ? Closed.TAKEN_OVER : Closed.UNREACHABLE);
                    }
                }));
    }

    void close() {
        publications.forget(publication);
    }

    /** The connection to a home on another node. */
    private final class Link extends LinkChannel {
        private final byte[] ticket;
        private final Promise<Void> ready = Promise.promise();
        private @Nullable Outlet outlet;
        private @Nullable SendQueue queue;

        Link(byte[] ticket) {
            super(publication.loop());
            this.ticket = ticket;
        }

        @Override
        void opened() {
            ChannelHandlerContext open = context();
            if (open == null) {
                return;
            }
            send(LinkMessage.hello(open.alloc(), ticket, node.keys().sign(LinkDoor.PURPOSE, ticket)));
            SendQueue waiting = new SendQueue(
                    open.channel(),
                    publications.lanes().config().links(),
                    publication.tracks().hasVideoWithKeyFrames(),
                    publications.counters());
            queue = waiting;
            Outlet linked = new Outlet.Linked(this, waiting);
            outlet = linked;
            settle(linked);
            ready.tryComplete();
        }

        @Override
        void message(LinkMessage.Head head, ByteBuf body) {
            if (head.type() == LinkMessage.CLOSE && outlet != null) {
                dismissed(outlet, LinkMessage.reason(body));
                disconnect();
            }
        }

        @Override
        public void channelWritabilityChanged(ChannelHandlerContext channel) {
            if (queue != null && channel.channel().isWritable()) {
                queue.drain();
            }
        }

        @Override
        void lost() {
            ready.tryFail("the node link broke");
            if (queue != null) {
                queue.close();
            }
            if (outlet != null) {
                dismissed(outlet, Closed.UNREACHABLE);
            }
        }
    }
}
