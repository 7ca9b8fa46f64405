package dev.millrace.platform.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.platform.contracts.Calls.Call;
import dev.millrace.platform.contracts.Calls.Dialog;
import dev.millrace.platform.contracts.Calls.EndedBy;
import dev.millrace.platform.contracts.Calls.Listing;
import dev.millrace.platform.contracts.Calls.Outcome;
import dev.millrace.platform.contracts.Calls.Page;
import dev.millrace.platform.contracts.Calls.Parties;
import dev.millrace.platform.contracts.Calls.Refresh;
import dev.millrace.platform.contracts.Calls.Stage;
import dev.millrace.platform.contracts.Calls.Times;
import dev.millrace.platform.contracts.Samples.Asked;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The questions about calls, as they travel between nodes of different versions. */
class CallsTest implements Travelling {
    private static final Call CALL = new Call(
            "k7wq2mzr",
            "0f1e2d3c4b5a69788796a5b4",
            "node-a",
            new Parties("sip:alice@example.com", "sip:bob@example.com", "00c0ffee", "beefcafe"),
            new Times(1_764_000_000_000L, 1_764_000_000_250L, 1_764_000_004_000L, 0),
            new Outcome(EndedBy.NOBODY, 200, 3),
            1_764_000_001_800L,
            2);
    private static final Dialog DIALOG = new Dialog(CALL.key(), "beefcafe", "00c0ffee");

    @Override
    public String golden() {
        return "calls.v1.txt";
    }

    @Override
    public List<Class<?>> contracts() {
        return List.of(Calls.class);
    }

    @Override
    public List<Asked<?, ?>> questions() {
        return List.of(
                new Asked<>(
                        Calls.LIST,
                        new Listing("sip:alice@example.com", Stage.TALKING, 1_764_000_009_000L, "k7wq2mzs", 100),
                        new Page(List.of(CALL, CALL), 2)),
                new Asked<>(Calls.ENDED, DIALOG, true),
                new Asked<>(Calls.REFRESHED, new Refresh(DIALOG, 1_764_000_003_600L), false));
    }

    @Test
    void aCallTalksBetweenAnswerAndEnd() {
        assertThat(CALL.talking()).isTrue();
        assertThat(CALL.stage()).isEqualTo(Stage.TALKING);
        assertThat(CALL.parties().caller()).isEqualTo("sip:alice@example.com");
    }
}
