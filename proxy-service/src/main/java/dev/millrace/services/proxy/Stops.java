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
        private Stop before(int following) {
            return new Stop(way, binding, following);
        }
    }

    private static Stop stop(Way way) {
        return new Stop(way, Optional.empty(), NONE);
    }

    /** The ways of one device, tried one after the other; empty if there is none. */
    Optional<Target> device(List<Way> ways) {
        return add(ways.stream().map(Stops::stop).toList());
    }

    private Optional<Target> add(List<Stop> ways) {
        int first = stops.size();
        for (int i = 0; i < ways.size(); i++) {
            stops.add(ways.get(i).before(i + 1 < ways.size() ? first + i + 1 : NONE));
        }
        return ways.isEmpty() ? Optional.empty() : Optional.of(target(first));
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
            List<Target> group = phones.stream()
                    .flatMap(phone -> add(stops(user, phone)).stream())
                    .toList();
            if (!group.isEmpty()) {
                groups.add(group);
            }
        }
        return groups;
    }

    private static List<Stop> stops(Destination.User user, Targets.Phone phone) {
        List<Stop> stops = new ArrayList<>();
        for (Binding binding : phone.ways()) {
            Optional<Removing> over = Way.reachable(binding)
                    ? Optional.empty()
                    : Optional.of(new Removing(user.addressOfRecord(), binding.identity(), binding.version()));
            Way.of(binding, user.secure()).forEach(way -> stops.add(new Stop(way, over, NONE)));
        }
        return stops;
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
