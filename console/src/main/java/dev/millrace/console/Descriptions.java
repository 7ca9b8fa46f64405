package dev.millrace.console;

import dev.millrace.console.core.TrackFacts;
import dev.millrace.platform.contracts.Packagings;
import dev.millrace.platform.contracts.Streams.Claim;
import dev.millrace.platform.runtime.NodeContext;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the descriptions say that were seen lately: read once, and a packager asked once what HLS would leave out. Owned by one
 * event loop.
 */
final class Descriptions {
    /** Descriptions remembered; the one not seen for longest goes. */
    static final int LIMIT = 2_000;

    /** Questions to packagers that wait for an answer. */
    static final int ASKING_LIMIT = 16;

    /** Characters of a reason. */
    private static final int REASON_LIMIT = 300;

    private static final Duration REST_AFTER_FAILURE = Duration.ofSeconds(5);

    /** One description. */
    record Described(List<TrackFacts> tracks, Optional<Map<Integer, String>> leftOut) {}

    private final NodeContext node;
    private final Map<ByteBuffer, Described> seen = new LinkedHashMap<>(64, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<ByteBuffer, Described> eldest) {
            return size() > LIMIT;
        }
    };
    private int asking;
    private long restUntilNanos;

    Descriptions(NodeContext node) {
        this.node = node;
        this.restUntilNanos = node.clock().nanos();
    }

    /** What is known of the claim's description now; asks for what is missing. */
    Described of(Claim claim) {
        ByteBuffer key = ByteBuffer.wrap(claim.sdp());
        Described known =
                seen.computeIfAbsent(key, unknown -> new Described(TrackFacts.of(claim.sdp()), Optional.empty()));
        boolean rested = node.clock().nanos() - restUntilNanos >= 0;
        if (known.leftOut.isEmpty() && asking < ASKING_LIMIT && rested) {
            ask(claim, key, known);
        }
        return known;
    }

    private void ask(Claim claim, ByteBuffer key, Described known) {
        asking++;
        node.bus().ask(Packagings.LEFT_OUT, claim.path().text(), claim.sdp()).onComplete(answered -> {
            asking--;
            if (answered.failed()) {
                // No packager runs, or it is leaving: the page says that it does not know.
                restUntilNanos = node.clock().nanos() + REST_AFTER_FAILURE.toNanos();
                return;
            }
            Map<Integer, String> reasons = new HashMap<>();
            answered.result().forEach(left -> reasons.put(left.track(), reason(left.reason())));
            seen.put(key, new Described(known.tracks, Optional.of(Map.copyOf(reasons))));
        });
    }

    private static String reason(String told) {
        String text = told.isBlank() ? "HLS does not carry it." : told;
        return text.length() > REASON_LIMIT ? text.substring(0, REASON_LIMIT) : text;
    }
}
