package dev.millrace.platform.lanes;

import dev.millrace.platform.contracts.StreamPath;
import dev.millrace.platform.contracts.Streams.Claim;
import dev.millrace.platform.runtime.NodeContext;
import dev.millrace.platform.runtime.Setting;
import dev.millrace.platform.runtime.TcpPort;
import io.vertx.core.Future;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Every lane of this node, homes and copies alike, and the door at which other nodes come for media. Any thread. */
public final class Lanes implements AutoCloseable {
    /** What may be configured about lanes. */
    public static final List<Setting<?>> SETTINGS = LanesConfig.ALL;

    /** Most node links at once. */
    private static final int LINKS = 4_000;

    private static final class Place {
        final Lane lane;
        final Subscribers subscribers = new Subscribers();

        @Nullable
        Feed feed;

        boolean home;

        Place(Lane lane) {
            this.lane = lane;
        }
    }

    private final NodeContext node;
    private final LanesConfig config;
    private final LinkDoor door;
    private final Map<StreamPath, Place> places = new HashMap<>();
    private @Nullable Future<TcpPort> port;

    private Lanes(NodeContext node) {
        this.node = node;
        this.config = LanesConfig.of(node);
        this.door = new LinkDoor(node.ids(), node.clock(), node.keys());
    }

    /** The node's lanes. */
    public static Lanes of(NodeContext node) {
        return node.shared(Lanes.class, Lanes::new);
    }

    /** Opens the node link's port; the first caller does. */
    public synchronized Future<Void> start() {
        if (port == null) {
            var info = node.membership().local().info();
            port = TcpPort.listen(
                    node.loops(),
                    new InetSocketAddress(info.clusterHost(), info.linkPort()),
                    new TcpPort.Options(LINKS, 1 << 20),
                    door::accept);
        }
        return port.mapEmpty();
    }

    /** Where tickets for the node link are given out. */
    public LinkDoor door() {
        return door;
    }

    LanesConfig config() {
        return config;
    }

    NodeContext node() {
        return node;
    }

    /** How long a path waits for its publisher. */
    public Duration grace() {
        return config.grace();
    }

    /** The lane of that path as its home from now on: the copy with its readers, if there is one. */
    public synchronized Lane home(StreamPath path, String publicId, Tracks tracks) {
        Place place = places.get(path);
        if (place == null || place.lane.isClosed()) {
            place = new Place(create(path, publicId, tracks));
            places.put(path, place);
        }
        place.home = true;
        if (place.feed != null) {
            place.feed.stop();
            place.feed = null;
        }
        return place.lane;
    }

    /** The lane's home is elsewhere now: it follows, for the readers that are left here. */
    public synchronized void leave(Lane lane) {
        Place place = places.get(lane.path());
        if (place != null && place.lane == lane && !lane.isClosed()) {
            place.home = false;
            place.feed = new Feed(this, lane);
            place.feed.start();
            lane.sendLinksAway();
        }
    }

    /** The lane of a claimed stream, for a reader of this node: made as a copy when this node has none. */
    synchronized Lane lane(Claim claim, Tracks tracks) {
        Place place = places.get(claim.path());
        if (place == null || place.lane.isClosed()) {
            place = new Place(create(claim.path(), claim.publicId(), tracks));
            places.put(claim.path(), place);
            place.feed = new Feed(this, place.lane);
            place.feed.start();
        }
        return place.lane;
    }

    private Lane create(StreamPath path, String publicId, Tracks tracks) {
        return new Lane(
                path, publicId, node.loops().next(), node.loops().all().size(), tracks, config.shape(), node.load());
    }

    /** A ticket for another node to copy the lane; empty when its home is not here. */
    public synchronized Optional<byte[]> ticket(StreamPath path) {
        Place place = places.get(path);
        return place == null || !place.home || place.lane.isClosed()
                ? Optional.empty()
                : Optional.of(door.expect(place.lane, config.links(), place.subscribers));
    }

    /** Readers of the lane on all nodes together. */
    public synchronized int readers(Lane lane) {
        Place place = places.get(lane.path());
        return place == null
                ? 0
                : Math.max(0, lane.readers() - place.subscribers.nodes()) + place.subscribers.readers();
    }

    /** Frames dropped for slow readers on all nodes together. */
    public synchronized long dropped(Lane lane) {
        Place place = places.get(lane.path());
        return lane.dropped() + (place == null ? 0 : place.subscribers.dropped());
    }

    /** Ends a copy, unless it has become the home meanwhile. */
    synchronized void close(Feed feed, Lane lane, Closed why) {
        Place place = places.get(lane.path());
        if (place != null && place.feed == feed) {
            close(lane, why);
        }
    }

    /** Ends the lane here, for everyone. */
    public synchronized void close(Lane lane, Closed why) {
        Place place = places.get(lane.path());
        if (place != null && place.lane == lane) {
            places.remove(lane.path());
            if (place.feed != null) {
                place.feed.stop();
            }
        }
        lane.loop().run(() -> lane.close(why));
    }

    /** All lanes of this node. */
    public synchronized Collection<Lane> all() {
        return places.values().stream().map(place -> place.lane).toList();
    }

    @Override
    public synchronized void close() {
        for (Lane lane : all()) {
            close(lane, Closed.STOPPED);
        }
        if (port != null) {
            port.onSuccess(TcpPort::close);
        }
    }
}
