package dev.millrace.services.location.core;

import dev.millrace.platform.contracts.Codec;
import dev.millrace.platform.contracts.RecordCodec;
import dev.millrace.platform.contracts.Subscribers.Name;
import dev.millrace.platform.contracts.Subscribers.Subscriber;
import dev.millrace.platform.runtime.Rule;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** How users are added and removed, decided where the entry lives. Asking twice gives the same result. */
public final class SubscriberRules {
    /** How long a removed user stays removed, also where a node that was away has it on its disk. */
    public static final Duration TOMBSTONE_LIFETIME = Duration.ofDays(90);

    private static final char SEPARATOR = '\n';

    private SubscriberRules() {}

    /** @param nowMillis by the clock of the asked node {@code node} */
    public record Put(Subscriber subscriber, long nowMillis, String node) {
        static final Codec<Put> CODEC = RecordCodec.of(
                Subscriber.CODEC, Put::subscriber, Codec.I64, Put::nowMillis, Codec.TEXT, Put::node, Put::new);
    }

    /** As {@link Put}. */
    public record Remove(Name name, long nowMillis, String node) {
        static final Codec<Remove> CODEC = RecordCodec.of(
                Name.CODEC, Remove::name, Codec.I64, Remove::nowMillis, Codec.TEXT, Remove::node, Remove::new);
    }

    public static final Rule<Held<Subscriber>, Put, Boolean> PUT =
            new Rule<>("put.v1", Put.CODEC, Codec.BOOL, SubscriberRules::put);

    /** Whether there was such a user. */
    public static final Rule<Held<Subscriber>, Remove, Boolean> REMOVE =
            new Rule<>("remove.v1", Remove.CODEC, Codec.BOOL, SubscriberRules::remove);

    /** The key of a user: realm first, so that the users of a domain stand together. */
    public static String key(String username, String realm) {
        return realm + SEPARATOR + username;
    }

    /** When a value ends by itself, milliseconds of the Unix epoch; 0 for never. */
    public static long untilMillis(Held<Subscriber> held) {
        return held.gone() ? Version.millis(held.version()) + TOMBSTONE_LIFETIME.toMillis() : 0;
    }

    static Rule.Outcome<Held<Subscriber>, Boolean> put(Optional<Held<Subscriber>> entry, Put asked) {
        if (entry.flatMap(Held::present).filter(asked.subscriber::equals).isPresent()) {
            return Rule.Outcome.stay(true);
        }
        long seen = entry.map(Held::version).orElse(0L);
        return Rule.Outcome.write(
                new Held<>(Version.next(seen, asked.nowMillis, asked.node), false, asked.subscriber), true);
    }

    static Rule.Outcome<Held<Subscriber>, Boolean> remove(Optional<Held<Subscriber>> entry, Remove asked) {
        Optional<Subscriber> known = entry.flatMap(Held::present);
        if (known.isEmpty()) {
            return Rule.Outcome.stay(false);
        }
        Subscriber was = known.get();
        Subscriber blank = new Subscriber(was.addressOfRecord(), was.username(), was.realm(), Map.of());
        long version = Version.next(entry.get().version(), asked.nowMillis, asked.node);
        return Rule.Outcome.write(new Held<>(version, true, blank), true);
    }
}
