package dev.millrace.services.proxy.core;

import dev.millrace.platform.contracts.Calls.Call;
import dev.millrace.platform.contracts.Calls.Listing;
import dev.millrace.platform.contracts.Calls.Page;
import dev.millrace.platform.contracts.Calls.Parties;
import dev.millrace.platform.contracts.Calls.Stage;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/** The calls that a question asks for, picked out of any number of them: holds no more than a page. Owned by one thread. */
public final class CallPage {
    /** The newest first; the id settles what began in the same millisecond. */
    public static final Comparator<Call> NEWEST = Comparator.comparingLong(
                    (Call call) -> call.times().start())
            .thenComparing(Call::id)
            .reversed();

    private final Listing asked;
    private final PriorityQueue<Call> best = new PriorityQueue<>(NEWEST.reversed());
    private long total;

    public CallPage(Listing asked) {
        this.asked = asked;
    }

    /** Looks at one more call. */
    public void add(Call call) {
        if (!matches(call)) {
            return;
        }
        total++;
        if (earlier(call)) {
            best.add(call);
            if (best.size() > asked.limit()) {
                best.remove();
            }
        }
    }

    private boolean matches(Call call) {
        Parties parties = call.parties();
        return (asked.stage() == Stage.ANY || asked.stage() == call.stage())
                && (asked.party().isEmpty() || is(parties.caller()) || is(parties.callee()));
    }

    private boolean is(String address) {
        String party = asked.party();
        int begin = address.startsWith("sip:") ? 4 : 0;
        int length = party.length();
        if (!address.startsWith(party, party.startsWith("sip:") ? 0 : begin)) {
            return false;
        }
        int end = length + (party.startsWith("sip:") ? 0 : begin);
        return address.length() == end || party.indexOf('@') < 0 && address.charAt(end) == '@';
    }

    private boolean earlier(Call call) {
        long start = call.times().start();
        return start < asked.before() || start == asked.before() && call.id().compareTo(asked.beforeId()) < 0;
    }

    /** What was found. */
    public Page page() {
        List<Call> calls = new ArrayList<>(best);
        calls.sort(NEWEST);
        return new Page(calls, total);
    }

    /** The pages of several nodes or loops as one. */
    public static Page merged(List<Page> pages, int limit) {
        List<Call> calls = pages.stream()
                .flatMap(page -> page.calls().stream())
                .sorted(NEWEST)
                .limit(limit)
                .toList();
        return new Page(calls, pages.stream().mapToLong(Page::total).sum());
    }
}
