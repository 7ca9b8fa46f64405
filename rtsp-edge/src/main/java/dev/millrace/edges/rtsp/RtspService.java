package dev.millrace.edges.rtsp;

import dev.millrace.platform.lanes.Publications;
import dev.millrace.platform.lanes.Subscriptions;
import dev.millrace.platform.runtime.Loop;
import dev.millrace.platform.runtime.NodeContext;
import dev.millrace.platform.runtime.Service;
import dev.millrace.platform.runtime.TcpPort;
import dev.millrace.platform.runtime.UdpPairs;
import dev.millrace.protocols.rtsp.ServerSession;
import io.micrometer.core.instrument.Gauge;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The RTSP door of a node: opens its ports, drains and closes it. Owned by one event loop. */
final class RtspService implements Service {
    private static final Logger LOG = LoggerFactory.getLogger(RtspService.class);
    private static final String SERVER = "Millrace";

    private final NodeContext node;
    private final RtspConfig config;
    private final List<EdgeLoop> loops = new ArrayList<>();
    private final List<Promise<Void>> waiting = new ArrayList<>();
    private @Nullable TcpPort port;
    private int sessions;

    RtspService(NodeContext node) {
        this.node = node;
        this.config = RtspConfig.of(node.settings());
    }

    @Override
    public Future<Void> start() {
        Loop own = node.loops().current();
        InetAddress host;
        try {
            host = InetAddress.getByName(node.config().bind());
        } catch (UnknownHostException unknown) {
            return Future.failedFuture(unknown);
        }
        Edge edge = edge(host, own);
        node.loops().all().forEach(loop -> loops.add(new EdgeLoop(edge, loop)));
        loops.forEach(loop -> loop.loop().run(loop::open));
        return TcpPort.listen(
                        node.loops(),
                        new InetSocketAddress(host, config.port()),
                        new TcpPort.Options(config.connections(), TcpPort.Options.DEFAULT.highWater()),
                        loop -> new Connection(loops.get(loop.index())))
                .map(listening -> {
                    port = listening;
                    Gauge.builder("millrace.rtsp.connections", listening, TcpPort::connections)
                            .register(node.metrics());
                    Gauge.builder("millrace.rtsp.connections.refused", listening, TcpPort::refused)
                            .register(node.metrics());
                    LOG.info(
                            "event=listening door=rtsp port={}",
                            listening.address().getPort());
                    return null;
                });
    }

    private Edge edge(InetAddress host, Loop own) {
        ServerSession.Terms terms = new ServerSession.Terms(config.timeout(), config.udp(), config.tcp(), SERVER);
        RedirectPolicy redirects = new RedirectPolicy(
                node.membership(), node.keys(), node.clock(), config.redirect(), config.redirectAbove());
        return new Edge(
                node,
                config,
                terms,
                Publications.of(node),
                Subscriptions.of(node),
                new UdpPairs(node.loops(), host, config.rtpFrom(), config.rtpTo(), new SecureRandom()),
                redirects,
                new EdgeCounters(node.metrics()),
                node.vertx().sharedData().getLocalMap("millrace.rtsp.sessions." + node.nodeId()),
                by -> own.run(() -> tally(by)));
    }

    private void tally(int by) {
        sessions += by;
        if (sessions == 0) {
            waiting.forEach(Promise::tryComplete);
            waiting.clear();
        }
    }

    @Override
    public void drain() {
        intake(EdgeLoop.Intake.STAY_BEHIND);
    }

    @Override
    public void resume() {
        intake(EdgeLoop.Intake.ALL);
    }

    private void intake(EdgeLoop.Intake now) {
        loops.forEach(loop -> loop.loop().run(() -> loop.intake(now)));
    }

    /** Asked when the node is about to stop: only now those are refused, too, who cannot be sent elsewhere. */
    @Override
    public Future<Void> drained() {
        intake(EdgeLoop.Intake.NONE);
        if (sessions == 0) {
            return Future.succeededFuture();
        }
        Promise<Void> empty = Promise.promise();
        waiting.add(empty);
        return empty.future();
    }

    @Override
    public int sessions() {
        return sessions;
    }

    @Override
    public Future<Void> stop() {
        if (port != null) {
            port.close();
        }
        List<Future<Void>> closing = new ArrayList<>();
        for (EdgeLoop loop : loops) {
            Promise<Void> closed = Promise.promise();
            closing.add(closed.future());
            loop.loop().run(() -> {
                loop.close();
                closed.complete();
            });
        }
        return Future.join(closing).mapEmpty();
    }
}
