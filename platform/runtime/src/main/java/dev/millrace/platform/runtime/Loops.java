package dev.millrace.platform.runtime;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.EventExecutor;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** The event loops of one node's Vert.x. Its methods may be called from any thread. */
public final class Loops {
    private final VertxInternal vertx;
    private final List<Loop> all;
    private final AtomicInteger turn = new AtomicInteger();

    private Loops(VertxInternal vertx) {
        this.vertx = vertx;
        List<Loop> loops = new ArrayList<>();
        for (EventExecutor executor : vertx.nettyEventLoopGroup()) {
            loops.add(new Loop(
                    loops.size(),
                    vertx.contextBuilder().withEventLoop((EventLoop) executor).build()));
        }
        this.all = List.copyOf(loops);
    }

    /** The loops of that Vert.x; call it once per node. */
    public static Loops of(Vertx vertx) {
        return new Loops((VertxInternal) vertx);
    }

    public List<Loop> all() {
        return all;
    }

    /** Round robin. */
    public Loop next() {
        return all.get(Math.floorMod(turn.getAndIncrement(), all.size()));
    }

    /** The loop of the calling thread; a caller that is on none has a bug. */
    public Loop current() {
        for (Loop loop : all) {
            if (loop.inLoop()) {
                return loop;
            }
        }
        throw new IllegalStateException(
                "not on an event loop: " + Thread.currentThread().getName());
    }

    Loop of(EventLoop eventLoop) {
        for (Loop loop : all) {
            if (loop.netty() == eventLoop) {
                return loop;
            }
        }
        throw new IllegalStateException("not a loop of this node");
    }

    VertxInternal vertx() {
        return vertx;
    }
}
