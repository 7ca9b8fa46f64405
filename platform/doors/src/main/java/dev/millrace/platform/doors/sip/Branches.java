package dev.millrace.platform.doors.sip;

import dev.millrace.platform.runtime.Clock;
import dev.millrace.platform.runtime.ClusterSecret;
import dev.millrace.platform.runtime.Ids;
import dev.millrace.platform.runtime.Member;
import dev.millrace.platform.runtime.Rendezvous;
import dev.millrace.protocols.sip.Request;
import dev.millrace.protocols.wire.Reader;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Via branches that say whose they are, RFC 3261 section 8.1.1.7: {@code z9hG4bK}, the node (6 letters), its start (4), the minute of
 * its making (3), chance (8), a check by the cluster's secret (8), and what the caller adds behind a dot. Any node of the cluster
 * can tell the owner of a response; nobody outside can make up a branch of a node, and whoever once was sent one cannot use it
 * longer than a call rings. The start keeps a node from being taken for its predecessor of the same name. A tag of ours ends with
 * the node as well, so that the ACK of a refusal finds it without a record. May be used from any thread.
 */
final class Branches {
    /** What every branch of RFC 3261 begins with. */
    static final String COOKIE = "z9hG4bK";

    private static final String LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    private static final byte[] NUMBERS = new byte[128];
    private static final int NODE = 6;
    private static final int START = 4;
    private static final int MINUTE = 3;
    private static final int CHANCE = 8;
    private static final int CHECK = 8;
    private static final int LENGTH = COOKIE.length() + NODE + START + MINUTE + CHANCE + CHECK;

    /** How far the clock of another node may be from ours, minutes. */
    private static final long SKEW = 1;

    private static final long OLDEST = Records.RINGING.toMinutes() + SKEW;

    static {
        Arrays.fill(NUMBERS, (byte) -1);
        for (int i = 0; i < LETTERS.length(); i++) {
            NUMBERS[LETTERS.charAt(i)] = (byte) i;
        }
    }

    private static final int TAG = Chance.TAG + NODE;

    /** Whose a branch is. */
    sealed interface Owner {
        /** This process. */
        record Here() implements Owner {}

        /** A living node; whether it is still the same process only it can tell. */
        record Node(String id) implements Owner {}

        /** A process of this cluster that is gone. */
        record Gone() implements Owner {}

        /** Nobody of this cluster, or it was too long ago to be heard of any more. */
        record Stranger() implements Owner {}
    }

    private static final Owner HERE = new Owner.Here();
    private static final Owner GONE = new Owner.Gone();
    private static final Owner STRANGER = new Owner.Stranger();

    private final String nodeId;
    private final long node;
    private final long start;
    private final SipHash check;
    private final Clock clock;

    /** The other living nodes by their numbers; replaced as a whole. */
    private volatile Map<Long, String> living = Map.of();

    Branches(String nodeId, ClusterSecret secret, Ids ids, Clock clock) {
        this.nodeId = nodeId;
        this.clock = clock;
        this.node = nodeNumber(nodeId);
        this.start = ids.number() & mask(START);
        Reader key = Reader.of(secret.derive("sip-branch.v1"));
        this.check = new SipHash(key.i64(), key.i64());
    }

    /** This process among those that had this node's name. */
    int start() {
        return (int) start;
    }

    /** A new branch of this node. */
    String next(Chance chance, String suffix) {
        return branch(chance.next() & mask(CHANCE), suffix);
    }

    /**
     * The branch of a request that is forwarded without a transaction: the same for each repetition, RFC 3261 section 16.11, or the
     * receiver would take the repetition for another request. It changes once a minute.
     */
    String same(Request request) {
        String to = request.to().tag().orElse("");
        long hash = check.of(
                request.topVia().branch().orElse(""),
                request.callId(),
                to,
                request.cseq().number());
        return branch(hash & mask(CHANCE), "");
    }

    private String branch(long random, String suffix) {
        long minute = minute();
        StringBuilder text = new StringBuilder(LENGTH + 1 + suffix.length()).append(COOKIE);
        append(text, node, NODE);
        append(text, start, START);
        append(text, minute, MINUTE);
        append(text, random, CHANCE);
        append(text, check(node, start, minute, random), CHECK);
        return suffix.isEmpty()
                ? text.toString()
                : text.append('.').append(suffix).toString();
    }

    /** A new tag of this node. */
    String tag(Chance chance) {
        StringBuilder text = new StringBuilder(TAG).append(chance.tag());
        append(text, node, NODE);
        return text.toString();
    }

    /** The living node beside this one that made the tag, if one did; no proof, anybody can write this. */
    Optional<String> tagged(String tag) {
        return tag.length() == TAG ? Optional.ofNullable(living.get(number(tag, Chance.TAG, NODE))) : Optional.empty();
    }

    /** Whether the tag says that it is of this node. */
    boolean tagsHere(String tag) {
        return tag.length() == TAG && number(tag, Chance.TAG, NODE) == node;
    }

    /** Whose branch this is. */
    Owner owner(String branch) {
        if (branch.length() < LENGTH || !branch.startsWith(COOKIE)) {
            return STRANGER;
        }
        int at = COOKIE.length();
        long itsNode = number(branch, at, NODE);
        long itsStart = number(branch, at += NODE, START);
        long minute = number(branch, at += START, MINUTE);
        long random = number(branch, at += MINUTE, CHANCE);
        long itsCheck = number(branch, at + CHANCE, CHECK);
        if (itsNode < 0
                || itsStart < 0
                || minute < 0
                || random < 0
                || itsCheck != check(itsNode, itsStart, minute, random)
                || past(minute)) {
            return STRANGER;
        }
        if (itsNode == node) {
            return itsStart == start ? HERE : GONE;
        }
        String id = living.get(itsNode);
        return id == null ? GONE : new Owner.Node(id);
    }

    /** Who lives from now on. */
    void members(List<Member> members) {
        Map<Long, String> now = new HashMap<>();
        members.stream().map(Member::id).filter(id -> !id.equals(nodeId)).forEach(id -> now.put(nodeNumber(id), id));
        living = now;
    }

    /** Whether a node of that name lives beside this one. */
    boolean lives(String id) {
        return id.equals(living.get(nodeNumber(id)));
    }

    /** Of the minute's 18 bits those that the chance leaves no room for stand before the node. */
    private long check(long itsNode, long itsStart, long minute, long random) {
        return check.of(minute >>> 16 << 60 | itsNode << 24 | itsStart, minute << 48 | random) & mask(CHECK);
    }

    /** Minutes of the Unix epoch, modulo half a year. */
    private long minute() {
        return TimeUnit.MILLISECONDS.toMinutes(clock.millis()) & mask(MINUTE);
    }

    private boolean past(long minute) {
        long age = minute() - minute + SKEW & mask(MINUTE);
        return age > OLDEST + SKEW;
    }

    /** 36 bits of the name: among a thousand nodes two alike are met once in a hundred thousand clusters. */
    private static long nodeNumber(String nodeId) {
        return Rendezvous.weight(nodeId, "sip-branch") & mask(NODE);
    }

    private static long mask(int letters) {
        return (1L << 6 * letters) - 1;
    }

    private static void append(StringBuilder text, long number, int letters) {
        for (int shift = 6 * (letters - 1); shift >= 0; shift -= 6) {
            text.append(LETTERS.charAt((int) (number >>> shift) & 63));
        }
    }

    /** The number that the letters write; -1 where one is none of ours. */
    private static long number(String text, int from, int letters) {
        long number = 0;
        for (int i = from; i < from + letters; i++) {
            char c = text.charAt(i);
            int value = c < 128 ? NUMBERS[c] : -1;
            if (value < 0) {
                return -1;
            }
            number = number << 6 | value;
        }
        return number;
    }
}
