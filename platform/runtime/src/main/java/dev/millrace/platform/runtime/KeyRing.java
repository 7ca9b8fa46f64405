package dev.millrace.platform.runtime;

import dev.millrace.platform.contracts.Codec;
import dev.millrace.platform.contracts.RecordCodec;
import dev.millrace.protocols.wire.Reader;
import dev.millrace.protocols.wire.Writer;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import javax.crypto.Mac;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@link ClusterKeys} out of a table of keys by number. The first data member makes the first key; each data member looks
 * hourly whether the newest is a day old and then makes the next one. Two that do it at once make two keys, which does no
 * harm. A new key signs only when every node has had time to hear of it.
 */
final class KeyRing implements ClusterKeys {
    private static final Logger LOG = LoggerFactory.getLogger(KeyRing.class);

    /** How long one key signs. */
    static final Duration ROTATION = Duration.ofHours(24);

    private static final Duration LOOK = Duration.ofHours(1);

    /** Age at which a key that is not the only one begins to sign. */
    static final Duration HEARD = Duration.ofSeconds(10);

    /** Age at which a key no longer verifies: one rotation after it stopped signing. */
    static final Duration LIFETIME = ROTATION.multipliedBy(2).plus(LOOK.multipliedBy(2));

    /** How often a node without data looks for the first key. */
    private static final long RETRY_MILLIS = 100;

    private static final int MAC_LENGTH = SIGNATURE_LENGTH - 4;

    /** @param madeMillis of the Unix epoch */
    record Key(byte[] secret, long madeMillis) {
        static final Codec<Key> CODEC = RecordCodec.of(Codec.BYTES, Key::secret, Codec.I64, Key::madeMillis, Key::new);
    }

    /** The keys: each data node has all of them on its disk, so that what they signed is good after a cold start too. */
    static final Tables.Spec<Long, Key> TABLE = new Tables.Spec<>("cluster-keys", Codec.U32, Key.CODEC, Key::madeMillis)
            .lasting(new Tables.Lasting<>(
                    Tables.Copies.ALL, Optional.empty(), key -> key.madeMillis() + LIFETIME.toMillis(), List.of()));

    private final Vertx vertx;
    private final Table<Long, Key> table;
    private final Clock clock;
    private final Ids ids;
    private final boolean data;

    /** By number, newest last; replaced as a whole. */
    private volatile TreeMap<Long, Ready> keys = new TreeMap<>();

    private record Ready(Mac mac, long madeMillis) {}

    KeyRing(Vertx vertx, Tables tables, Clock clock, Ids ids, boolean data) {
        this.vertx = vertx;
        this.table = tables.open(TABLE);
        this.clock = clock;
        this.ids = ids;
        this.data = data;
    }

    /** Completes as soon as there is a key. */
    Future<Void> start() {
        table.onChange(change -> load());
        vertx.setPeriodic(LOOK.toMillis(), timer -> load().onSuccess(loaded -> rotate()));
        // The newest of a cluster that was down for long may be too old to sign for much longer.
        return first().onSuccess(there -> rotate());
    }

    private Future<Void> first() {
        return load().compose(loaded -> {
            if (!keys.isEmpty()) {
                return Future.succeededFuture();
            }
            if (data) {
                return make().compose(made -> load());
            }
            Promise<Void> later = Promise.promise();
            vertx.setTimer(RETRY_MILLIS, timer -> first().onComplete(later));
            return later.future();
        });
    }

    private Future<Void> load() {
        return table.all().map(all -> {
            TreeMap<Long, Ready> now = new TreeMap<>();
            // What is known stays for its lifetime: a table that is losing or moving partitions may say less than there
            // is.
            long oldest = clock.millis() - LIFETIME.toMillis();
            keys.forEach((number, ready) -> {
                if (ready.madeMillis() > oldest) {
                    now.put(number, ready);
                }
            });
            all.forEach((number, key) -> now.put(number, new Ready(ClusterSecret.mac(key.secret()), key.madeMillis())));
            keys = now;
            return null;
        });
    }

    private void rotate() {
        Map.Entry<Long, Ready> newest = keys.lastEntry();
        if (data && (newest == null || clock.millis() - newest.getValue().madeMillis() > ROTATION.toMillis())) {
            make();
        }
    }

    /** The number is the time in seconds: it grows, and both sides of a split rarely take the same. */
    Future<Void> make() {
        long now = clock.millis();
        long number = Math.max(now / 1000, keys.isEmpty() ? 0 : keys.lastKey() + 1) & 0xFFFF_FFFFL;
        LOG.info("cluster key made number={}", number);
        return table.swap(number, Optional.empty(), Optional.of(new Key(ids.bytes(32), now)), LIFETIME)
                .mapEmpty();
    }

    @Override
    public byte[] sign(String purpose, byte[] data) {
        Map.Entry<Long, Ready> signing = signing();
        return new Writer(SIGNATURE_LENGTH)
                .u32(signing.getKey())
                .bytes(mac(signing.getValue(), purpose, data), 0, MAC_LENGTH)
                .toBytes();
    }

    private Map.Entry<Long, Ready> signing() {
        TreeMap<Long, Ready> now = keys;
        long heard = clock.millis() - HEARD.toMillis();
        for (Map.Entry<Long, Ready> key : now.descendingMap().entrySet()) {
            if (key.getValue().madeMillis() <= heard) {
                return key;
            }
        }
        if (now.isEmpty()) {
            throw new IllegalStateException("the node has not joined its cluster yet");
        }
        return now.firstEntry();
    }

    @Override
    public boolean verify(String purpose, byte[] data, byte[] signature) {
        if (signature.length != SIGNATURE_LENGTH) {
            return false;
        }
        Reader reader = Reader.of(signature);
        Ready key = keys.get(reader.u32());
        if (key == null || clock.millis() - key.madeMillis() > LIFETIME.toMillis()) {
            return false;
        }
        byte[] right = new byte[MAC_LENGTH];
        System.arraycopy(mac(key, purpose, data), 0, right, 0, MAC_LENGTH);
        return MessageDigest.isEqual(right, reader.bytes(MAC_LENGTH));
    }

    private static byte[] mac(Ready key, String purpose, byte[] data) {
        byte[] name = purpose.getBytes(StandardCharsets.UTF_8);
        Mac mac = ClusterSecret.fresh(key.mac());
        mac.update(new Writer().u16(name.length).bytes(name).toBytes());
        return mac.doFinal(data);
    }
}
