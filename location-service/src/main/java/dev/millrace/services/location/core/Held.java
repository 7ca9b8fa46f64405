package dev.millrace.services.location.core;

import dev.millrace.platform.contracts.Codec;
import dev.millrace.platform.contracts.Packagings.Packaging;
import dev.millrace.platform.contracts.Streams.Claim;
import dev.millrace.platform.contracts.Subscribers.Subscriber;
import dev.millrace.protocols.wire.Malformed;
import java.util.Optional;

/**
 * The value of a map entry: our own wire protocol between different versions of us. A released claim stays as a tombstone for
 * {@link Decision#TOMBSTONE_LIFETIME}, so that a split or a late message does not bring it back.
 *
 * @param version see {@link Version}
 * @param gone a tombstone: {@code value} is what was released
 */
public record Held<T>(long version, boolean gone, T value) {
    /** First byte of every value; a reader refuses what it does not know. */
    private static final int FORM = 1;

    /** Values of the map of stream claims. */
    public static final Codec<Held<Claim>> CLAIM = codec(Claim.CODEC);

    /** Values of the map of packagings. */
    public static final Codec<Held<Packaging>> PACKAGING = codec(Packaging.CODEC);

    /** Values of the map of subscribers. */
    public static final Codec<Held<Subscriber>> SUBSCRIBER = codec(Subscriber.CODEC);

    /** The value, unless it is a tombstone's. */
    public Optional<T> present() {
        return gone ? Optional.empty() : Optional.of(value);
    }

    private static <T> Codec<Held<T>> codec(Codec<T> value) {
        return Codec.of(
                (writer, held) -> {
                    writer.u8(FORM).i64(held.version).u8(held.gone ? 1 : 0);
                    value.encode(writer, held.value);
                },
                reader -> {
                    int form = reader.u8();
                    if (form != FORM) {
                        throw new Malformed("map-value", "form " + form + ", this node knows " + FORM);
                    }
                    return new Held<>(reader.i64(), reader.u8() != 0, value.decode(reader));
                });
    }
}
