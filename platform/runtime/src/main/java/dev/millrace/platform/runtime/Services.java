package dev.millrace.platform.runtime;

import dev.millrace.platform.contracts.Role;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The services of one node, each on one event loop. Any thread may call; the services themselves see their own loop only. */
final class Services {
    private static final Logger LOG = LoggerFactory.getLogger(Services.class);

    private final Loops loops;
    private final List<Running> running = new ArrayList<>();
    private final Set<Role> draining = EnumSet.noneOf(Role.class);

    private record Running(String name, Optional<Role> role, Service service, Loop loop) {
        /** Does something to the service on its loop. */
        <T> Future<T> call(Function<Service, Future<T>> what) {
            return OnContext.call(loop.context(), () -> what.apply(service));
        }

        Future<Void> tell(Consumer<Service> what) {
            return call(called -> {
                what.accept(called);
                return Future.succeededFuture();
            });
        }
    }

    Services(Loops loops) {
        this.loops = loops;
    }

    /** Makes a service and starts it. */
    Future<Void> start(String name, Optional<Role> role, Supplier<Service> make) {
        Loop loop = loops.next();
        return OnContext.call(loop.context(), () -> {
                    Service service = make.get();
                    synchronized (running) {
                        running.add(new Running(name, role, service, loop));
                    }
                    return service.start();
                })
                .onSuccess(started -> LOG.info("service started name={} loop={}", name, loop.index()))
                .onFailure(failure -> LOG.error("service cannot start name={} cause={}", name, failure.toString()));
    }

    private List<Running> all() {
        synchronized (running) {
            return List.copyOf(running);
        }
    }

    Set<Role> draining() {
        synchronized (draining) {
            return Set.copyOf(draining);
        }
    }

    /** False where the node has not got the role. */
    Future<Boolean> drain(Role role, boolean begin) {
        Optional<Running> found = all().stream()
                .filter(each -> each.role().equals(Optional.of(role)))
                .findFirst();
        if (found.isEmpty()) {
            return Future.succeededFuture(false);
        }
        synchronized (draining) {
            if (begin ? !draining.add(role) : !draining.remove(role)) {
                return Future.succeededFuture(true);
            }
        }
        LOG.info("role {} role={}", begin ? "drains" : "resumes", role.text());
        return found.get().tell(begin ? Service::drain : Service::resume).map(true);
    }

    /** Drains every service, also those without a role. */
    Future<Void> drainAll() {
        List<Future<?>> told = new ArrayList<>();
        for (Running each : all()) {
            told.add(each.role().isPresent() ? drain(each.role().get(), true) : each.tell(Service::drain));
        }
        return Future.join(told).mapEmpty();
    }

    /** Completes when no service has anything left that a stop would hurt. */
    Future<Void> drained() {
        return Future.join(
                        all().stream().map(each -> each.call(Service::drained)).toList())
                .mapEmpty();
    }

    /** Stops the services one after the other, the last started first; a failure is logged and stops nothing else. */
    Future<Void> stop() {
        Future<Void> stopped = Future.succeededFuture();
        for (Running each : all().reversed()) {
            stopped = stopped.compose(before -> each.call(Service::stop).recover(failure -> {
                LOG.warn("service did not stop well name={} cause={}", each.name(), failure.toString());
                return Future.succeededFuture();
            }));
        }
        return stopped;
    }

    /** What the status shows, by service. */
    Future<Map<String, Object>> status() {
        Map<String, Object> byName = new TreeMap<>();
        List<Future<?>> asked = new ArrayList<>();
        for (Running each : all()) {
            asked.add(each.call(service -> {
                        Map<String, Object> one = new TreeMap<>(service.status());
                        one.put("sessions", service.sessions());
                        one.put(
                                "draining",
                                each.role().map(draining()::contains).orElse(false));
                        return Future.succeededFuture(one);
                    })
                    .onSuccess(one -> {
                        synchronized (byName) {
                            byName.put(each.name(), one);
                        }
                    }));
        }
        return Future.join(asked).map(done -> byName);
    }
}
