package dev.millrace.services.proxy;

import dev.millrace.platform.contracts.Location.Binding;
import dev.millrace.platform.contracts.Location.Removing;
import dev.millrace.protocols.sip.proxy.Target;
import dev.millrace.services.proxy.core.Destination;
import dev.millrace.services.proxy.core.Targets;
import dev.millrace.services.proxy.core.Way;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The ways that one request may take, by the number that their {@link Target} has. Owned by the transaction's loop. */
final class Stops {
    /** No further way. */
    static final int NONE = -1;

    private final List<Stop> stops = new ArrayList<>();

    /**
     * One way of a device.
     *
     * @param binding what is over when the way's flow is: of a client that may be reached by that flow alone
     * @param next number of the device's next way, {@link #NONE} for none
     */
    record Stop(Way way, Optional<Removing> binding, int next) {
        private Stop last() {
            return new Stop(way, binding, NONE);
        }
    }

    private static Stop stop(Way way) {
        return new Stop(way, Optional.empty(), NONE);
    }

    /** The ways of one device, tried one after the other; empty if there is none. */
    Optional<Target> device(List<Way> ways) {
        int first = stops.size();
        add(ways, Optional.empty());
        return device(first);
    }

    private void add(List<Way> ways, Optional<Removing> binding) {
        for (Way way : ways) {
            stops.add(new Stop(way, binding, stops.size() + 1));
        }
    }

    /** The stops from that one on are the ways of one device. */
    private Optional<Target> device(int first) {
        if (stops.size() == first) {
            return Optional.empty();
        }
        stops.set(stops.size() - 1, stops.getLast().last());
        return Optional.of(target(first));
    }

    /**
     * The phones of a user, the best first, those of one q together.
     *
     * @param limit phones at most
     */
    List<List<Target>> phones(Destination.User user, List<Binding> bindings, int limit) {
        List<List<Target>> groups = new ArrayList<>();
        for (List<Targets.Phone> phones :
                Targets.of(bindings, user.instance(), limit).groups()) {
            List<Target> group = new ArrayList<>(phones.size());
            for (Targets.Phone phone : phones) {
                phone(user, phone).ifPresent(group::add);
            }
            if (!group.isEmpty()) {
                groups.add(group);
            }
        }
        return groups;
    }

    private Optional<Target> phone(Destination.User user, Targets.Phone phone) {
        int first = stops.size();
        for (Binding binding : phone.ways()) {
            Optional<Removing> over = Way.reachable(binding)
                    ? Optional.empty()
                    : Optional.of(new Removing(user.addressOfRecord(), binding.identity(), binding.version()));
            add(Way.of(binding, user.secure()), over);
        }
        return device(first);
    }

    Target target(int place) {
        return new Target(stops.get(place).way().uri(), place);
    }

    /** How that target is reached; one that a 3xx named, by its address. */
    Stop of(Target target) {
        return target.place() == Target.NEW
                ? stop(new Way.ByAddress(target.uri(), List.of(), false))
                : stops.get(target.place());
    }
}
