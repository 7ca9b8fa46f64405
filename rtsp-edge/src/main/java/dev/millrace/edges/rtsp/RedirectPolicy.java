package dev.millrace.edges.rtsp;

import dev.millrace.platform.contracts.Role;
import dev.millrace.platform.contracts.Streams.Claim;
import dev.millrace.platform.runtime.Clock;
import dev.millrace.platform.runtime.ClusterKeys;
import dev.millrace.platform.runtime.Member;
import dev.millrace.platform.runtime.Membership;
import dev.millrace.protocols.rtsp.Redirects;
import dev.millrace.protocols.rtsp.RtspUrl;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.Optional;

/**
 * Which edge should serve a reader, and the token that keeps a reader from being sent around in a circle. Any thread.
 *
 * @param above share of the capacity, percent
 */
record RedirectPolicy(Membership membership, ClusterKeys keys, Clock clock, RtspConfig.Redirecting when, int above) {
    /** How long a token counts. */
    static final Duration TOKEN_LIFE = Duration.ofSeconds(30);
    /** Another edge must be emptier by this share, or readers would wander to and fro. */
    private static final double MARGIN = 0.1;

    private static final String PURPOSE = "rtsp-redirect";
    private static final HexFormat HEX = HexFormat.of();

    /** Where this reader should go instead; empty: it is served here. */
    Optional<RtspUrl> elsewhere(RtspUrl url, Claim claim, boolean draining) {
        if (when == RtspConfig.Redirecting.NEVER) {
            return Optional.empty();
        }
        Member local = membership.local();
        Optional<Member> best = membership.serving(Role.RTSP_EDGE).stream()
                .filter(member -> !member.id().equals(local.id()))
                .filter(member ->
                        !member.draining(Role.RTSP_EDGE) && member.info().rtspPort() > 0)
                .min(Comparator.comparingDouble((Member member) -> preference(member, claim))
                        .thenComparingInt(member -> member.load().sessions())
                        .thenComparing(Member::id));
        return best.filter(member -> draining || isBetter(local, member, claim))
                .map(member -> location(url, member, claim));
    }

    private double preference(Member member, Claim claim) {
        double share = member.load().share();
        return isHome(member, claim) && share * 100 < above ? -1 : share;
    }

    private boolean isHome(Member member, Claim claim) {
        return when == RtspConfig.Redirecting.HOME && member.id().equals(claim.relay());
    }

    private boolean isBetter(Member local, Member other, Claim claim) {
        double here = local.load().share();
        double there = other.load().share();
        return isHome(other, claim) && there * 100 < above
                || here * 100 >= above && there + MARGIN <= here && !isHome(local, claim);
    }

    private RtspUrl location(RtspUrl url, Member member, Claim claim) {
        long until = clock.millis() + TOKEN_LIFE.toMillis();
        byte[] signature = keys.sign(PURPOSE, signed(until, claim.path().text()));
        String token = HEX.toHexDigits(until) + HEX.formatHex(signature);
        return Redirects.location(url, member.info().advertise(), member.info().rtspPort(), token);
    }

    private static byte[] signed(long until, String path) {
        byte[] text = path.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(8 + text.length).putLong(until).put(text).array();
    }

    /** Whether the URL carries a token that a node of this cluster has signed for this path and that still counts. */
    boolean redirected(RtspUrl url) {
        String token = url.parameter(Redirects.TOKEN).orElse("");
        if (token.length() != 2 * (8 + ClusterKeys.SIGNATURE_LENGTH)) {
            return false;
        }
        try {
            long until = HexFormat.fromHexDigitsToLong(token, 0, 16);
            byte[] signature = HEX.parseHex(token, 16, token.length());
            return until > clock.millis() && keys.verify(PURPOSE, signed(until, url.target().stream()), signature);
        } catch (IllegalArgumentException notHex) {
            return false;
        }
    }
}
