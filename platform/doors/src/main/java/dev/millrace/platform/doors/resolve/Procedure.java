package dev.millrace.platform.doors.resolve;

import dev.millrace.platform.contracts.Transport;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntUnaryOperator;
import java.util.function.Supplier;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.NAPTRRecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.SRVRecord;
import org.xbill.DNS.TextParseException;
import org.xbill.DNS.Type;

/**
 * The procedure of RFC 3263 section 4 for a host that is a name. What a server of the zone refuses to say (SERVFAIL, as some do to
 * NAPTR) counts as nothing; when the servers are silent the procedure ends at once, since further questions would only wait again.
 *
 * @param hosts names that the machine knows by itself; they have no NAPTR and SRV
 * @param random a number from 0 to below its argument
 */
record Procedure(Dns dns, Supplier<Hosts> hosts, boolean ipv6, IntUnaryOperator random) {
    /** Ways to serve a domain that are looked at. */
    static final int MAX_NAPTR = 6;

    /** A server by name. */
    private record Server(Transport transport, Name name, int port) {}

    /** The hops, the best first; fails with {@link Unresolved}. */
    CompletableFuture<List<Hop>> find(Destination wanted) {
        if (!hosts.get().find(wanted.host()).isEmpty()) {
            Transport transport = wanted.wanted().orElse(wanted.fallback());
            return done(hops(
                    transport,
                    wanted.port() < 0 ? transport.defaultPort() : wanted.port(),
                    hosts.get().find(wanted.host()),
                    wanted.host()));
        }
        Name name;
        try {
            name = Name.fromString(wanted.host(), Name.root);
        } catch (TextParseException notAName) {
            return done(List.of());
        }
        if (wanted.port() >= 0) {
            return addresses(
                    List.of(new Server(wanted.wanted().orElse(wanted.fallback()), name, wanted.port())), wanted.host());
        }
        return wanted.wanted()
                .map(transport -> services(name, List.of(transport), wanted))
                .orElseGet(() -> naptr(name, wanted));
    }

    private CompletableFuture<List<Hop>> naptr(Name name, Destination wanted) {
        return ask(name, Type.NAPTR).thenCompose(answer -> {
            List<NAPTRRecord> told = answer.records().stream()
                    .map(NAPTRRecord.class::cast)
                    .filter(record -> spoken(record, wanted).isPresent())
                    .sorted(Comparator.comparingInt(NAPTRRecord::getOrder).thenComparingInt(NAPTRRecord::getPreference))
                    .limit(MAX_NAPTR)
                    .toList();
            if (told.isEmpty()) {
                return services(
                        name,
                        wanted.secure() ? List.of(Transport.TLS) : List.of(Transport.UDP, Transport.TCP, Transport.TLS),
                        wanted);
            }
            return joined(told.stream().map(record -> target(record, wanted)).toList());
        });
    }

    /** The transport of a NAPTR record, empty where it is none of ours or not allowed here. */
    private static Optional<Transport> spoken(NAPTRRecord record, Destination wanted) {
        Optional<Transport> transport = switch (record.getService().toUpperCase(Locale.ROOT)) {
            case "SIP+D2U" -> Optional.of(Transport.UDP);
            case "SIP+D2T" -> Optional.of(Transport.TCP);
            case "SIPS+D2T" -> Optional.of(Transport.TLS);
            default -> Optional.empty();
        };
        String flags = record.getFlags().toLowerCase(Locale.ROOT);
        return transport.filter(
                found -> (found.secure() || !wanted.secure()) && (flags.equals("s") || flags.equals("a")));
    }

    /** The flag {@code s} names SRV records; {@code a} names a host, as some zones have it. */
    private CompletableFuture<List<Hop>> target(NAPTRRecord record, Destination wanted) {
        Transport transport = spoken(record, wanted).orElseThrow();
        Name replacement = record.getReplacement();
        return record.getFlags().equalsIgnoreCase("s")
                ? srv(replacement, transport, wanted)
                : addresses(List.of(new Server(transport, replacement, transport.defaultPort())), wanted.host());
    }

    /** SRV for each of these transports; where there is none at all, the addresses of the name itself. */
    private CompletableFuture<List<Hop>> services(Name name, List<Transport> transports, Destination wanted) {
        List<CompletableFuture<Optional<List<Server>>>> all = new ArrayList<>();
        for (Transport transport : transports) {
            all.add(service(name, transport)
                    .map(service -> servers(service, transport))
                    .orElseGet(() -> done(Optional.empty())));
        }
        return sequence(all).thenCompose(found -> {
            if (found.stream().anyMatch(Optional::isPresent)) {
                return addresses(
                        found.stream()
                                .flatMap(Optional::stream)
                                .flatMap(List::stream)
                                .toList(),
                        wanted.host());
            }
            Transport transport = wanted.wanted().orElse(wanted.fallback());
            return addresses(List.of(new Server(transport, name, transport.defaultPort())), wanted.host());
        });
    }

    /** The name of the SRV records, RFC 3263 section 4.1; WebSocket servers have none. */
    private static Optional<Name> service(Name name, Transport transport) {
        String prefix = switch (transport) {
            case UDP -> "_sip._udp";
            case TCP -> "_sip._tcp";
            case TLS -> "_sips._tcp";
            case WS, WSS -> "";
        };
        try {
            return prefix.isEmpty() ? Optional.empty() : Optional.of(Name.fromString(prefix, name));
        } catch (TextParseException tooLong) {
            return Optional.empty();
        }
    }

    private CompletableFuture<List<Hop>> srv(Name service, Transport transport, Destination wanted) {
        return servers(service, transport)
                .thenCompose(
                        servers -> servers.isPresent() ? addresses(servers.get(), wanted.host()) : done(List.of()));
    }

    /** The servers of a service in their order; empty where there are no records, an empty list where it is told that nobody serves. */
    private CompletableFuture<Optional<List<Server>>> servers(Name service, Transport transport) {
        return ask(service, Type.SRV).thenApply(answer -> {
            if (answer.records().isEmpty()) {
                return Optional.empty();
            }
            List<SRVRecord> records =
                    answer.records().stream().map(SRVRecord.class::cast).toList();
            List<Server> servers = new ArrayList<>();
            for (SRVRecord record : SrvOrder.of(records, random)) {
                if (!record.getTarget().equals(Name.root)) {
                    servers.add(new Server(transport, record.getTarget(), record.getPort()));
                }
            }
            return Optional.of(servers);
        });
    }

    /** The hops of servers, in their order. */
    private CompletableFuture<List<Hop>> addresses(List<Server> servers, String serverName) {
        return joined(
                servers.stream().map(server -> addresses(server, serverName)).toList());
    }

    private CompletableFuture<List<Hop>> addresses(Server server, String serverName) {
        List<InetAddress> own = hosts.get().find(server.name.toString(true).toLowerCase(Locale.ROOT));
        if (!own.isEmpty()) {
            return done(hops(server.transport, server.port, own, serverName));
        }
        CompletableFuture<Answer> four = dns.ask(server.name, Type.A);
        CompletableFuture<Answer> six = ipv6 ? dns.ask(server.name, Type.AAAA) : four;
        return four.thenCombine(six, (a, aaaa) -> {
            List<InetAddress> found = new ArrayList<>();
            a.records().forEach(record -> found.add(((ARecord) record).getAddress()));
            if (ipv6) {
                aaaa.records().forEach(record -> found.add(((AAAARecord) record).getAddress()));
            }
            if (found.isEmpty() && (a.failed() || aaaa.failed())) {
                throw new Unresolved("no DNS server tells the addresses of " + server.name);
            }
            return hops(server.transport, server.port, found, serverName);
        });
    }

    private static List<Hop> hops(Transport transport, int port, List<InetAddress> addresses, String serverName) {
        return addresses.stream()
                .map(address -> new Hop(transport, new InetSocketAddress(address, port), serverName))
                .toList();
    }

    /** One after the other, without doubles. Fails only where all have failed: one dead zone must not hide the rest. */
    private static CompletableFuture<List<Hop>> joined(List<CompletableFuture<List<Hop>>> parts) {
        List<CompletableFuture<Optional<List<Hop>>>> safe = new ArrayList<>();
        for (CompletableFuture<List<Hop>> part : parts) {
            safe.add(part.handle((hops, failure) -> failure == null ? Optional.of(hops) : Optional.empty()));
        }
        return sequence(safe).thenApply(all -> {
            if (!all.isEmpty() && all.stream().allMatch(Optional::isEmpty)) {
                throw new Unresolved("no DNS server answers");
            }
            LinkedHashSet<Hop> hops = new LinkedHashSet<>();
            all.forEach(part -> part.ifPresent(hops::addAll));
            return List.copyOf(hops);
        });
    }

    private static <T> CompletableFuture<List<T>> sequence(List<CompletableFuture<T>> parts) {
        return CompletableFuture.allOf(parts.toArray(CompletableFuture<?>[]::new))
                .thenApply(all -> parts.stream().map(CompletableFuture::join).toList());
    }

    /** An answer; silence is a failure. */
    private CompletableFuture<Answer> ask(Name name, int type) {
        return dns.ask(name, type).thenApply(answer -> {
            if (answer.silent()) {
                throw new Unresolved("no DNS server answers to " + name + " " + Type.string(type));
            }
            return answer;
        });
    }

    private static <T> CompletableFuture<T> done(T value) {
        return CompletableFuture.completedFuture(value);
    }
}
