package dev.millrace.media.hls;

import dev.millrace.media.hls.core.TrackPlan;
import dev.millrace.platform.contracts.Packagings;
import dev.millrace.platform.contracts.Packagings.LeftOut;
import dev.millrace.platform.contracts.Role;
import dev.millrace.platform.doors.HttpDoor;
import dev.millrace.platform.runtime.Loop;
import dev.millrace.platform.runtime.NodeContext;
import dev.millrace.platform.runtime.Registration;
import dev.millrace.platform.runtime.RoleModule;
import dev.millrace.platform.runtime.Service;
import dev.millrace.platform.runtime.Timer;
import dev.millrace.protocols.wire.Malformed;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** The role {@code hls-packager}: mounts HLS on the node's HTTP door and packages the streams that are asked for. */
public final class HlsPackager implements RoleModule {
    @Override
    public Role role() {
        return Role.HLS_PACKAGER;
    }

    @Override
    public Service create(NodeContext node) {
        return new Packaging(node);
    }

    /** The service: one desk on each event loop. */
    private static final class Packaging implements Service {
        private static final Duration TICK = Duration.ofSeconds(1);

        private final NodeContext node;
        private final List<StreamDesk> desks = new ArrayList<>();
        private final List<Registration> registrations = new ArrayList<>();
        private final List<Timer> timers = new ArrayList<>();
        private final PackagerConfig config;
        private final PackagerCounters counters;
        private Future<Void> handedOver = Future.succeededFuture();

        private Packaging(NodeContext node) {
            this.node = node;
            this.config = PackagerConfig.of(node.settings());
            this.counters = PackagerCounters.of(node.metrics());
        }

        @Override
        public Future<Void> start() {
            for (Loop loop : node.loops().all()) {
                StreamDesk desk = new StreamDesk(node, loop, config, counters);
                desks.add(desk);
                timers.add(loop.inStep(TICK, desk::tick));
            }
            registrations.add(node.bus().serve(Packagings.LEFT_OUT, Packaging::leftOut));
            registrations.add(node.membership()
                    .onChange(members -> desks.forEach(desk -> desk.loop().execute(desk::membersChanged))));
            HlsRoutes routes = new HlsRoutes(node, config, counters, List.copyOf(desks));
            return node.shared(HttpDoor.class, HttpDoor::of)
                    .mount(HlsRoutes.ORDER, routes::mount)
                    .mapEmpty();
        }

        private static Future<List<LeftOut>> leftOut(byte[] sdp) {
            try {
                return Future.succeededFuture(TrackPlan.of(sdp).leftOut());
            } catch (Malformed malformed) {
                return Future.succeededFuture(List.of());
            }
        }

        @Override
        public void drain() {
            handedOver = onDesks(StreamDesk::drain);
        }

        @Override
        public void resume() {
            desks.forEach(desk -> desk.loop().execute(desk::resume));
        }

        @Override
        public Future<Void> drained() {
            // Readers hold no session: those who are left show by their requests.
            return handedOver.compose(done -> onDesks(StreamDesk::quiet));
        }

        @Override
        public Future<Void> stop() {
            registrations.forEach(Registration::cancel);
            timers.forEach(Timer::cancel);
            return onDesks(desk -> {
                desk.close();
                return Future.succeededFuture();
            });
        }

        @Override
        public int sessions() {
            return counters.packagers();
        }

        private Future<Void> onDesks(Function<StreamDesk, Future<Void>> action) {
            List<Future<?>> all = new ArrayList<>();
            for (StreamDesk desk : desks) {
                Promise<Void> done = Promise.promise();
                desk.loop().execute(() -> action.apply(desk).onComplete(done));
                all.add(done.future());
            }
            return Future.join(all).mapEmpty();
        }
    }
}
