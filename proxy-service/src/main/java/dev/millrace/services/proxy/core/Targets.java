package dev.millrace.services.proxy.core;

import dev.millrace.platform.contracts.Location.Binding;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Whom to try and in which order: the target set of RFC 3261 section 16.5 out of the bindings of an address of record. Bindings
 * of one q ring together, those with a lower q after them (section 16.6); of one instance only one flow is tried at a time (RFC
 * 5626 section 5.3).
 *
 * @param groups the phones that ring together, best first
 */
public record Targets(List<List<Phone>> groups) {
    public Targets {
        groups = List.copyOf(groups);
    }

    /**
     * One device.
     *
     * @param ways its bindings, tried one after the other until one of them is alive; at least one
     */
    public record Phone(List<Binding> ways) {
        public Phone {
            ways = List.copyOf(ways);
        }

        int q1000() {
            int best = 0;
            for (Binding way : ways) {
                best = Math.max(best, way.q1000());
            }
            return best;
        }
    }

    /**
     * @param bindings as location-service found them
     * @param instance only this one is wanted (the {@code gr} of a public GRUU, RFC 5627); empty: all
     * @param limit phones at most; those with the lowest q are left out
     */
    public static Targets of(List<Binding> bindings, String instance, int limit) {
        Map<String, List<Binding>> phones = new LinkedHashMap<>();
        for (Binding binding : bindings) {
            String device = binding.instance().toLowerCase(Locale.ROOT);
            if (instance.isEmpty() || instance.equalsIgnoreCase(device)) {
                // A binding without an instance is a device of its own; a space cannot begin an instance.
                String key = device.isEmpty() ? ' ' + binding.identity() : device;
                phones.computeIfAbsent(key, k -> new ArrayList<>()).add(binding);
            }
        }
        Map<Integer, List<Phone>> byPreference = new TreeMap<>(Comparator.reverseOrder());
        for (List<Binding> ways : phones.values()) {
            Phone phone = phone(ways);
            byPreference.computeIfAbsent(phone.q1000(), q -> new ArrayList<>()).add(phone);
        }
        return limited(byPreference, limit);
    }

    /** Of several flows the one registered last is the likeliest to live. */
    private static Phone phone(List<Binding> ways) {
        List<Binding> latest = new ArrayList<>(ways);
        latest.sort(Comparator.comparingLong(Binding::registeredAtMillis).reversed());
        return new Phone(latest);
    }

    private static Targets limited(Map<Integer, List<Phone>> byPreference, int limit) {
        List<List<Phone>> groups = new ArrayList<>();
        int left = limit;
        for (List<Phone> group : byPreference.values()) {
            if (left > 0) {
                List<Phone> some = List.copyOf(group.subList(0, Math.min(left, group.size())));
                groups.add(some);
                left -= some.size();
            }
        }
        return new Targets(groups);
    }

    /** The ways to all of them, the best first. */
    public List<Way> ways(boolean secure) {
        return groups.stream()
                .flatMap(List::stream)
                .flatMap(phone -> phone.ways().stream())
                .flatMap(binding -> Way.of(binding, secure).stream())
                .toList();
    }
}
