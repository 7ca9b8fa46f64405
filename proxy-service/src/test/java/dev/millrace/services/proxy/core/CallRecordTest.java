package dev.millrace.services.proxy.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.platform.contracts.Calls.Call;
import dev.millrace.platform.contracts.Calls.EndedBy;
import dev.millrace.platform.contracts.Calls.Parties;
import org.junit.jupiter.api.Test;

/** A call's record from INVITE to BYE. */
class CallRecordTest {
    private static final Call BEGUN = CallRecord.begun(
            "k7wq2mzr",
            "key",
            "node-a",
            new Parties("sip:alice@example.com", "sip:bob@example.com", "aa", ""),
            1000,
            9000);

    @Test
    void ringsOnceIsAnsweredOnceEndsOnce() {
        Call ringing = CallRecord.ringing(CallRecord.branched(CallRecord.branched(BEGUN)), 1200);
        assertThat(CallRecord.ringing(ringing, 1300)).isSameAs(ringing);
        Call talking = CallRecord.answered(ringing, 200, "bb", 2000, 60_000);
        assertThat(CallRecord.answered(talking, 200, "cc", 2100, 60_000)).isSameAs(talking);
        assertThat(talking.talking()).isTrue();
        assertThat(CallRecord.word(talking)).isEqualTo("answered");
        Call over = CallRecord.ended(talking, EndedBy.CALLEE, 200, 5000);
        assertThat(CallRecord.ended(over, EndedBy.EXPIRY, 200, 6000)).isSameAs(over);
        assertThat(over.version()).isGreaterThan(talking.version());
        assertThat(CallRecord.line(over))
                .isEqualTo(
                        "{\"id\":\"k7wq2mzr\",\"caller\":\"sip:alice@example.com\",\"callee\":\"sip:bob@example.com\","
                                + "\"node\":\"node-a\",\"start\":1000,\"ring\":1200,\"answer\":2000,\"end\":5000,"
                                + "\"talkMillis\":3000,\"endedBy\":\"callee\",\"code\":200,\"branches\":2,\"state\":\"ended\"}");
    }

    @Test
    void onlyTheTwoTagsOfTheCallEndIt() {
        Call talking = CallRecord.answered(BEGUN, 200, "bb", 2000, 60_000);
        assertThat(CallRecord.sender(talking, "aa", "bb")).isEqualTo(EndedBy.CALLER);
        assertThat(CallRecord.sender(talking, "bb", "aa")).isEqualTo(EndedBy.CALLEE);
        assertThat(CallRecord.sender(talking, "aa", "xx")).isEqualTo(EndedBy.NOBODY);
        assertThat(CallRecord.sender(talking, "xx", "aa")).isEqualTo(EndedBy.NOBODY);
        assertThat(CallRecord.sender(talking, "", "")).isEqualTo(EndedBy.NOBODY);
    }

    @Test
    void whatAPeerWroteCannotBreakTheLine() {
        Call evil = CallRecord.begun(
                "id",
                "key",
                "node",
                new Parties("\"\r\n\u001b[31m<script>alert('x')</script>&\u00e9\\", "", "", ""),
                0,
                0);
        String line = CallRecord.line(evil);
        assertThat(line).doesNotContain("<", ">", "&", "'", "\r", "\n", "\u001b", "\u00e9");
        assertThat(line).contains("\"caller\":\"\\u0022\\u000d\\u000a\\u001b[31m\\u003cscript");
    }

    @Test
    void anOutcomeHasAWord() {
        assertThat(CallRecord.word(CallRecord.ended(BEGUN, EndedBy.CALLEE, 486, 1)))
                .isEqualTo("busy");
        assertThat(CallRecord.word(CallRecord.ended(BEGUN, EndedBy.CALLER, 487, 1)))
                .isEqualTo("cancelled");
        assertThat(CallRecord.word(CallRecord.ended(BEGUN, EndedBy.PROXY, 408, 1)))
                .isEqualTo("unanswered");
        assertThat(CallRecord.word(CallRecord.ended(BEGUN, EndedBy.PROXY, 480, 1)))
                .isEqualTo("unavailable");
        assertThat(CallRecord.word(CallRecord.ended(BEGUN, EndedBy.CALLEE, 603, 1)))
                .isEqualTo("refused");
        assertThat(CallRecord.word(CallRecord.ended(BEGUN, EndedBy.PROXY, 503, 1)))
                .isEqualTo("failed");
    }
}
