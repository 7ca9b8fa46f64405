package dev.millrace.services.location.core;

import dev.millrace.platform.contracts.Packagings.Packaging;
import dev.millrace.platform.contracts.StreamPath;
import dev.millrace.platform.contracts.Streams;
import dev.millrace.platform.contracts.Streams.Claim;
import dev.millrace.platform.contracts.Streams.Restamp;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** Claims and questions that the tests share. */
final class Samples {
    static final StreamPath PATH = StreamPath.parse("yard/north");
    static final Moment NOW = new Moment(1_700_000_000_000L, "node-a", 1_000);
    static final List<Restamp> RESTAMPS = List.of(new Restamp(0, 1, 2, 3, 4));

    private Samples() {}

    static byte[] sdp(String title) {
        return ("v=0\r\ns=" + title + "\r\n").getBytes(StandardCharsets.US_ASCII);
    }

    static Claim claim(long epoch, String relay) {
        return new Claim(PATH, "bcdfghjk", epoch, relay, "edge-1", sdp("yard"), RESTAMPS, true, 1_600_000_000_000L);
    }

    static Optional<Held<Claim>> held(Claim claim) {
        return Optional.of(new Held<>(Version.next(0, NOW.millis() - 5_000, "node-b"), false, claim));
    }

    static Optional<Held<Claim>> tombstone(long epoch) {
        return Optional.of(new Held<>(Version.next(0, NOW.millis() - 5_000, "node-b"), true, claim(epoch, "")));
    }

    static Streams.Claiming claiming(long seen, String relay) {
        return new Streams.Claiming(PATH, seen, "newnewid", relay, "edge-2", sdp("new"));
    }

    static Packaging packaging(long epoch, String owner) {
        return new Packaging(PATH, epoch, owner, 41, 2, 3);
    }
}
