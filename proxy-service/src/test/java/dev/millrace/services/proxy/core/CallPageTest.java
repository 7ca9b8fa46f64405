package dev.millrace.services.proxy.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.platform.contracts.Calls.Call;
import dev.millrace.platform.contracts.Calls.Listing;
import dev.millrace.platform.contracts.Calls.Page;
import dev.millrace.platform.contracts.Calls.Parties;
import dev.millrace.platform.contracts.Calls.Stage;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which calls an operator sees. */
class CallPageTest {
    private static final String KEY = "0f1e2d3c4b5a69788796a5b4c3d2e1f0";

    private static Call call(String caller, String callee, long start) {
        return CallRecord.begun(
                "id" + start, KEY + start, "A", new Parties(caller, callee, "t", ""), start, start + 1000);
    }

    private static Page page(Listing asked, Iterable<Call> calls) {
        CallPage page = new CallPage(asked);
        calls.forEach(page::add);
        return page.page();
    }

    @ParameterizedTest
    @CsvSource({
        "'', 1",
        "alice, 1",
        "alice@example.com, 1",
        "sip:alice@example.com, 1",
        "bob, 1",
        "bob@example.com, 1",
        "ali, 0",
        "alice@example, 0",
        "alice@example.com.evil, 0",
        "sip:alice, 1",
        "carol, 0"
    })
    void byParty(String party, int found) {
        Listing asked = new Listing(party, Stage.ANY, Long.MAX_VALUE, "", 10);
        assertThat(page(asked, List.of(call("sip:alice@example.com", "sip:bob@example.com", 1)))
                        .total())
                .isEqualTo(found);
    }

    @Test
    void byStage() {
        Call trying = call("sip:a@x", "sip:b@x", 1);
        Call ringing = CallRecord.ringing(call("sip:a@x", "sip:b@x", 2), 3);
        Call talking = CallRecord.answered(call("sip:a@x", "sip:b@x", 3), 200, "b", 4, 1000);
        List<Call> all = List.of(trying, ringing, talking);
        assertThat(page(new Listing("", Stage.RINGING, Long.MAX_VALUE, "", 10), all)
                        .calls())
                .containsExactly(ringing);
        assertThat(page(new Listing("", Stage.TALKING, Long.MAX_VALUE, "", 10), all)
                        .calls())
                .containsExactly(talking);
        assertThat(page(new Listing("", Stage.TRYING, Long.MAX_VALUE, "", 10), all)
                        .calls())
                .containsExactly(trying);
    }

    /** Each call once, the newest first, also where many began in the same millisecond, out of two nodes. */
    @Test
    void pageAfterPage() {
        List<Call> here = new ArrayList<>();
        List<Call> there = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            String caller = "sip:" + i + "@x";
            Call call = CallRecord.begun("id" + i, KEY, "A", new Parties(caller, "sip:b@x", "t", ""), i / 10, 9);
            (i % 3 == 0 ? here : there).add(call);
        }
        List<Call> seen = new ArrayList<>();
        Listing asked = new Listing("", Stage.ANY, Long.MAX_VALUE, "", 7);
        while (true) {
            Page page = CallPage.merged(List.of(page(asked, here), page(asked, there)), 7);
            assertThat(page.total()).isEqualTo(50);
            seen.addAll(page.calls());
            if (page.calls().size() < 7) {
                break;
            }
            Call last = page.calls().getLast();
            asked = new Listing("", Stage.ANY, last.times().start(), last.id(), 7);
        }
        assertThat(seen).hasSize(50).doesNotHaveDuplicates().isSortedAccordingTo(CallPage.NEWEST);
    }
}
