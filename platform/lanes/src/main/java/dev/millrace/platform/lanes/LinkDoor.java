package dev.millrace.platform.lanes;

import dev.millrace.platform.runtime.Clock;
import dev.millrace.platform.runtime.ClusterKeys;
import dev.millrace.platform.runtime.Ids;
import dev.millrace.platform.runtime.Loop;
import dev.millrace.protocols.wire.Malformed;
import io.netty.buffer.ByteBuf;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where other nodes come in for media: a connection shows a ticket that this node gave out over the bus a moment ago, signed
 * with the cluster's keys, and then feeds a lane or is fed by one. Any thread.
 */
public final class LinkDoor {
    /** How long a ticket waits to be used. */
    private static final Duration TICKET_LIFE = Duration.ofSeconds(10);

    /** Tickets waiting at once; the oldest falls out. */
    private static final int TICKETS = 10_000;

    static final int TICKET_LENGTH = 16;
    static final String PURPOSE = "node-link";

    /** What a ticket is good for. */
    private sealed interface Guest {
        long untilNanos();

        record Feeding(PublisherPort port, long untilNanos) implements Guest {}

        record Reading(Lane lane, SendQueue.Limits limits, Subscribers subscribers, long untilNanos) implements Guest {}
    }

    private final Ids ids;
    private final Clock clock;
    private final ClusterKeys keys;
    private final Map<String, Guest> tickets = new LinkedHashMap<>();

    LinkDoor(Ids ids, Clock clock, ClusterKeys keys) {
        this.ids = ids;
        this.clock = clock;
        this.keys = keys;
    }

    /** A ticket to feed a lane. */
    public byte[] expect(PublisherPort port) {
        return keep(new Guest.Feeding(port, clock.nanos() + TICKET_LIFE.toNanos()));
    }

    byte[] expect(Lane lane, SendQueue.Limits limits, Subscribers subscribers) {
        return keep(new Guest.Reading(lane, limits, subscribers, clock.nanos() + TICKET_LIFE.toNanos()));
    }

    private synchronized byte[] keep(Guest guest) {
        tickets.values().removeIf(old -> old.untilNanos() - clock.nanos() < 0);
        if (tickets.size() >= TICKETS) {
            tickets.remove(tickets.keySet().iterator().next());
        }
        byte[] ticket = ids.bytes(TICKET_LENGTH);
        tickets.put(HexFormat.of().formatHex(ticket), guest);
        return ticket;
    }

    private synchronized @Nullable Guest redeem(byte[] ticket) {
        Guest guest = tickets.remove(HexFormat.of().formatHex(ticket));
        return guest == null || guest.untilNanos() - clock.nanos() < 0 ? null : guest;
    }

    /** Used by a publisher on this very node: the port behind the ticket, once. */
    @Nullable
    PublisherPort local(byte[] ticket) {
        return redeem(ticket) instanceof Guest.Feeding feeding ? feeding.port : null;
    }

    /** The handler of an accepted connection. */
    LinkChannel accept(Loop loop) {
        return new Arriving(loop);
    }

    /** One accepted connection: its first message says what it is. */
    private final class Arriving extends LinkChannel {
        private @Nullable PublisherPort feeding;
        private @Nullable LinkReader reading;

        Arriving(Loop loop) {
            super(loop);
        }

        @Override
        void message(LinkMessage.Head head, ByteBuf body) {
            PublisherPort port = feeding;
            LinkReader reader = reading;
            if (port != null) {
                fed(port, head, body);
            } else if (reader != null) {
                reader.message(head.type(), body);
            } else if (head.type() == LinkMessage.HELLO) {
                hello(body);
            } else if (head.type() != LinkMessage.PING) {
                throw new Malformed("link-hello", "the first message is of type " + head.type());
            }
        }

        private void hello(ByteBuf body) {
            if (body.readableBytes() < 1 + TICKET_LENGTH || body.readUnsignedByte() != LinkMessage.VERSION) {
                throw new Malformed("link-hello", "not version " + LinkMessage.VERSION);
            }
            byte[] ticket = new byte[TICKET_LENGTH];
            body.readBytes(ticket);
            byte[] signature = new byte[body.readableBytes()];
            body.readBytes(signature);
            if (!keys.verify(PURPOSE, ticket, signature)) {
                throw new Malformed("link-hello", "signature of another cluster");
            }
            switch (redeem(ticket)) {
                case null -> throw new Malformed("link-ticket", "unknown or too old");
                case Guest.Feeding guest -> feed(guest.port);
                case Guest.Reading guest -> {
                    LinkReader reader = new LinkReader(this, guest.lane, guest.limits, guest.subscribers);
                    reading = reader;
                    reader.begin();
                }
            }
            Arrays.fill(ticket, (byte) 0);
        }

        private void feed(PublisherPort port) {
            feeding = port;
            port.lane().loop().run(() -> port.opened(why -> loop().run(() -> close(why))));
        }

        private void fed(PublisherPort port, LinkMessage.Head head, ByteBuf body) {
            switch (head.type()) {
                case LinkMessage.FRAME -> {
                    Frame frame = frame(port.tracks(), head, body);
                    if (port.lane().loop() == loop()) {
                        port.frame(frame);
                    } else {
                        port.lane().loop().netty().execute(() -> port.frame(frame));
                    }
                }
                case LinkMessage.REPORT -> {
                    long ntp = body.readLong();
                    long timestamp = body.readUnsignedInt();
                    port.lane().loop().run(() -> port.report(head.track(), ntp, timestamp));
                }
                case LinkMessage.CLOSE -> {
                    Closed why = LinkMessage.reason(body);
                    feeding = null;
                    port.lane().loop().run(() -> port.closed(why));
                    disconnect();
                }
                default -> {
                    // A type of a newer version, or a ping: nothing to do.
                }
            }
        }

        @Override
        void lost() {
            PublisherPort port = feeding;
            if (port != null) {
                feeding = null;
                port.lane().loop().run(() -> port.closed(Closed.UNREACHABLE));
            }
            if (reading != null) {
                reading.gone();
            }
        }

        @Override
        public void channelWritabilityChanged(io.netty.channel.ChannelHandlerContext channel) {
            if (reading != null && channel.channel().isWritable()) {
                reading.writable();
            }
        }
    }
}
