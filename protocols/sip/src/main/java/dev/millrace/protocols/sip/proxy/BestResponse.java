package dev.millrace.protocols.sip.proxy;

import dev.millrace.protocols.sip.Edit;
import dev.millrace.protocols.sip.Keys;
import dev.millrace.protocols.sip.Response;
import dev.millrace.protocols.wire.HeaderKey;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The choice of RFC 3261 section 16.7 step 6 and the merge of challenges of step 7.
 *
 * @param branch whose response it is
 * @param response as it goes upstream
 */
record BestResponse(int branch, Response response) {
    /** The best of what the branches ended with, or null if none of them has a response to offer. */
    static @Nullable BestResponse of(List<Branch> branches, boolean invite, boolean callerCancelled) {
        BestResponse best = null;
        int bestRank = Integer.MAX_VALUE;
        for (Branch branch : branches) {
            Response response = branch.response();
            if (response != null) {
                int rank = rank(response.status(), invite, callerCancelled);
                if (rank < bestRank) {
                    bestRank = rank;
                    best = new BestResponse(branch.number(), response);
                }
            }
        }
        return best != null && challenges(best.response.status()) ? best.merged(branches) : best;
    }

    /** Less is better: 6xx, then the lowest class; inside a class what tells the caller most. Of equals the first wins. */
    private static int rank(int status, boolean invite, boolean callerCancelled) {
        if (status >= 600) {
            return 0;
        }
        if (status == 487 && callerCancelled) {
            return 1;
        }
        // RFC 4320 section 4.2: 408 does not go upstream, so anything else is better.
        if (status == 408 && !invite) {
            return Integer.MAX_VALUE - 1;
        }
        int order = switch (status) {
            case 401, 407 -> 0;
            // Section 16.7 step 6: these tell the caller what to change.
            case 415, 420, 484 -> 1;
            // Of several phones the one that somebody sits at knows better than one that is away.
            case 404, 410, 480 -> 3;
            case 408 -> 4;
            case 487, 503 -> 5;
            default -> 2;
        };
        return status / 100 * 10 + order;
    }

    private static boolean challenges(int status) {
        return status == 401 || status == 407;
    }

    /** All challenges of all branches, so that the caller can answer them in one request. */
    private BestResponse merged(List<Branch> branches) {
        Edit<Response> merged = null;
        for (Branch other : branches) {
            Response response = other.response();
            if (response != null && other.number() != branch && challenges(response.status())) {
                merged = merged == null ? this.response.edit() : merged;
                append(merged, response, Keys.WWW_AUTHENTICATE);
                append(merged, response, Keys.PROXY_AUTHENTICATE);
            }
        }
        return merged == null ? this : new BestResponse(branch, merged.build());
    }

    private static void append(Edit<Response> into, Response from, HeaderKey<String> key) {
        for (String challenge : from.all(key)) {
            into.append(key, challenge);
        }
    }
}
