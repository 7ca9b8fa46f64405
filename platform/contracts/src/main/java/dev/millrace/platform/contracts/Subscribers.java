package dev.millrace.platform.contracts;

import static dev.millrace.platform.contracts.Codec.BOOL;
import static dev.millrace.platform.contracts.Codec.NOTHING;
import static dev.millrace.platform.contracts.Codec.TEXT;
import static dev.millrace.platform.contracts.Codec.U16;

import dev.millrace.platform.contracts.Codec.Nothing;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Who may register and call: the users of the served domains, kept by the role {@code location}, without their passwords. The
 * affinity key is the user name.
 */
public final class Subscribers {
    /** Users in one answer to {@link #LIST}. */
    public static final int PAGE_LIMIT = 1_000;

    /** Users of a cluster. */
    public static final int LIMIT = 1_000_000;

    private Subscribers() {}

    /**
     * A user. There is one per user name and realm.
     *
     * @param addressOfRecord canonical: {@code sip:alice@example.com}
     * @param username the name in the credentials (RFC 7616), as a rule the user part of the address
     * @param realm as a rule the domain of the address
     * @param hashes HA1 in lower-case hexadecimal by algorithm as RFC 7616 names it: {@code MD5}, {@code SHA-256},
     *     {@code SHA-512-256}
     */
    public record Subscriber(String addressOfRecord, String username, String realm, Map<String, String> hashes) {
        private static final Codec<Map<String, String>> HASHES = Codec.mapped(
                Codec.list(RecordCodec.of(TEXT, Hash::algorithm, TEXT, Hash::ha1, Hash::new)),
                Subscriber::byAlgorithm,
                Subscriber::sorted);

        public static final Codec<Subscriber> CODEC = RecordCodec.of(
                TEXT,
                Subscriber::addressOfRecord,
                TEXT,
                Subscriber::username,
                TEXT,
                Subscriber::realm,
                HASHES,
                Subscriber::hashes,
                Subscriber::new);

        public Subscriber {
            hashes = Map.copyOf(hashes);
        }

        private record Hash(String algorithm, String ha1) {}

        private static Map<String, String> byAlgorithm(List<Hash> list) {
            Map<String, String> hashes = new TreeMap<>();
            list.forEach(hash -> hashes.put(hash.algorithm, hash.ha1));
            return hashes;
        }

        private static List<Hash> sorted(Map<String, String> hashes) {
            List<Hash> list = new ArrayList<>();
            new TreeMap<>(hashes).forEach((algorithm, ha1) -> list.add(new Hash(algorithm, ha1)));
            return list;
        }

        /** The domain of the address of record. */
        public String domain() {
            return addressOfRecord.substring(addressOfRecord.lastIndexOf('@') + 1);
        }

        /** A hash opens the door as well as the password does: it never reaches a log. */
        @Override
        public String toString() {
            return "Subscriber[" + addressOfRecord + " " + username + "@" + realm + " " + hashes.keySet() + "]";
        }
    }

    /** Names a user. */
    public record Name(String username, String realm) {
        public static final Codec<Name> CODEC = RecordCodec.of(TEXT, Name::username, TEXT, Name::realm, Name::new);
    }

    /** @param after where to go on: empty, or {@link Page#next} of the page before */
    public record Listing(String after, int limit) {
        public static final Codec<Listing> CODEC =
                RecordCodec.of(TEXT, Listing::after, U16, Listing::limit, Listing::new);
    }

    /**
     * Some users, by realm and user name.
     *
     * @param next empty when there are no more
     */
    public record Page(List<Subscriber> subscribers, String next) {
        public static final Codec<Page> CODEC =
                RecordCodec.of(Codec.list(Subscriber.CODEC), Page::subscribers, TEXT, Page::next, Page::new);
    }

    /** Adds a user or changes what is known of it. False when there are {@link #LIMIT} others. */
    public static final Question<Subscriber, Boolean> PUT =
            Question.ofRole("subscribers.put.v1", Role.LOCATION, Subscriber.CODEC, BOOL);

    public static final Question<Name, Optional<Subscriber>> FIND =
            Question.ofRole("subscribers.find.v1", Role.LOCATION, Name.CODEC, Codec.optional(Subscriber.CODEC));
    /** False when there is no such user. */
    public static final Question<Name, Boolean> REMOVE =
            Question.ofRole("subscribers.remove.v1", Role.LOCATION, Name.CODEC, BOOL);

    public static final Question<Listing, Page> LIST =
            Question.ofRole("subscribers.list.v1", Role.LOCATION, Listing.CODEC, Page.CODEC);
    /** The domains of all users, sorted. */
    public static final Question<Nothing, List<String>> DOMAINS =
            Question.ofRole("subscribers.domains.v1", Role.LOCATION, NOTHING, Codec.list(TEXT));
}
