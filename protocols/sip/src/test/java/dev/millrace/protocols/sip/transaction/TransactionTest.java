package dev.millrace.protocols.sip.transaction;

import dev.millrace.protocols.sip.Request;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every arrow of RFC 3261 figures 5 to 8 as RFC 6026 and RFC 4320 correct them, and what has no arrow. */
class TransactionTest {
    private static final Request INVITE = Requests.of("INVITE");
    private static final Request OPTIONS = Requests.of("OPTIONS");
    private static final Timing T = Timing.STANDARD;

    record Row(String name, Transaction<?> machine, Request request, String story) {
        void play() {
            new Script<>(machine, request).play(story);
        }

        @Override
        public String toString() {
            return name;
        }
    }

    private static Row inviteClient(String name, boolean reliable, String story) {
        return new Row("INVITE client: " + name, new InviteClient(INVITE, reliable, T), INVITE, story);
    }

    private static Row client(String name, boolean reliable, String story) {
        return new Row("client: " + name, new NonInviteClient(OPTIONS, reliable, T), OPTIONS, story);
    }

    private static Row inviteServer(String name, boolean reliable, String story) {
        return new Row("INVITE server: " + name, new InviteServer(INVITE, reliable, T), INVITE, story);
    }

    private static Row server(String name, boolean reliable, String story) {
        return new Row("server: " + name, new NonInviteServer(OPTIONS, reliable, T), OPTIONS, story);
    }

    @ParameterizedTest
    @MethodSource({"inviteClients", "clients", "inviteServers", "servers"})
    void story(Row row) {
        row.play();
    }

    static List<Row> inviteClients() {
        return List.of(
                inviteClient("timer A doubles without bound, timer B ends it", false, """
                        begin -> Calling: send INVITE, start A 500, start B 32000
                        fire A -> Calling: send INVITE, start A 1000
                        fire A -> Calling: send INVITE, start A 2000
                        fire A -> Calling: send INVITE, start A 4000
                        fire A -> Calling: send INVITE, start A 8000
                        fire A -> Calling: send INVITE, start A 16000
                        fire B -> Terminated: timed out, terminated
                        200 -> Terminated
                        """),
                inviteClient("over a reliable transport nothing is sent again", true, """
                        begin -> Calling: send INVITE, start B 32000
                        100 -> Proceeding: stop A, stop B, pass 100
                        180 -> Proceeding: pass 180
                        486 -> Terminated: send ACK, pass 486, terminated
                        """),
                inviteClient("the transport fails while calling", false, """
                        begin -> Calling: send INVITE, start A 500, start B 32000
                        fail -> Terminated: failed, terminated
                        """),
                inviteClient("2xx without a provisional response; more 2xx until timer M, RFC 6026", false, """
                        begin -> Calling: send INVITE, start A 500, start B 32000
                        200 -> Accepted: stop A, stop B, stop CANCELLED, start M 32000, pass 200
                        200 -> Accepted: pass 200
                        180 -> Accepted
                        486 -> Accepted
                        fire B -> Accepted
                        fire M -> Terminated: terminated
                        """),
                inviteClient("2xx over a reliable transport is accepted just as long", true, """
                        begin -> Calling: send INVITE, start B 32000
                        200 -> Accepted: stop A, stop B, stop CANCELLED, start M 32000, pass 200
                        fire M -> Terminated: terminated
                        """),
                inviteClient("2xx after a provisional response", false, """
                        begin -> Calling: send INVITE, start A 500, start B 32000
                        180 -> Proceeding: stop A, stop B, pass 180
                        fire A -> Proceeding
                        fire B -> Proceeding
                        fail -> Proceeding
                        183 -> Proceeding: pass 183
                        200 -> Accepted: stop A, stop B, stop CANCELLED, start M 32000, pass 200
                        """),
                inviteClient(
                        "refusal without a provisional response; its retransmissions are acknowledged", false, """
                        begin -> Calling: send INVITE, start A 500, start B 32000
                        404 -> Completed: stop A, stop B, stop CANCELLED, send ACK, start D 32000, pass 404
                        404 -> Completed: send ACK
                        486 -> Completed: send ACK
                        180 -> Completed
                        fire D -> Terminated: terminated
                        """),
                inviteClient("the ACK cannot be sent", false, """
                        begin -> Calling: send INVITE, start A 500, start B 32000
                        100 -> Proceeding: stop A, stop B, pass 100
                        404 -> Completed: stop A, stop B, stop CANCELLED, send ACK, start D 32000, pass 404
                        fail -> Terminated: failed, terminated
                        """),
                inviteClient("2xx after a refusal, from a fork further on, is passed", false, """
                        begin -> Calling: send INVITE, start A 500, start B 32000
                        408 -> Completed: stop A, stop B, stop CANCELLED, send ACK, start D 32000, pass 408
                        200 -> Completed: pass 200
                        """),
                inviteClient("CANCEL waits for a provisional response, 9.1", false, """
                        begin -> Calling: send INVITE, start A 500, start B 32000
                        cancel -> Calling
                        fire A -> Calling: send INVITE, start A 1000
                        100 -> Proceeding: stop A, stop B, send CANCEL on its own, start CANCELLED 32000, pass 100
                        cancel -> Proceeding
                        487 -> Completed: stop A, stop B, stop CANCELLED, send ACK, start D 32000, pass 487
                        """),
                inviteClient("CANCEL at once after a provisional response, and once only", false, """
                        begin -> Calling: send INVITE, start A 500, start B 32000
                        180 -> Proceeding: stop A, stop B, pass 180
                        cancel -> Proceeding: send CANCEL on its own, start CANCELLED 32000
                        cancel -> Proceeding
                        180 -> Proceeding: pass 180
                        fire CANCELLED -> Terminated: timed out, terminated
                        """),
                inviteClient("200 crosses CANCEL", false, """
                        begin -> Calling: send INVITE, start A 500, start B 32000
                        180 -> Proceeding: stop A, stop B, pass 180
                        cancel -> Proceeding: send CANCEL on its own, start CANCELLED 32000
                        200 -> Accepted: stop A, stop B, stop CANCELLED, start M 32000, pass 200
                        fire CANCELLED -> Accepted
                        """),
                inviteClient("a final response makes a waiting CANCEL needless", false, """
                        begin -> Calling: send INVITE, start A 500, start B 32000
                        cancel -> Calling
                        200 -> Accepted: stop A, stop B, stop CANCELLED, start M 32000, pass 200
                        cancel -> Accepted
                        """),
                inviteClient("nobody answers a request that is cancelled", false, """
                        begin -> Calling: send INVITE, start A 500, start B 32000
                        cancel -> Calling
                        fire B -> Terminated: timed out, terminated
                        """));
    }

    static List<Row> clients() {
        return List.of(
                client("timer E doubles up to T2, timer F ends it", false, """
                        begin -> Trying: send OPTIONS, start E 500, start F 32000
                        fire E -> Trying: send OPTIONS, start E 1000
                        fire E -> Trying: send OPTIONS, start E 2000
                        fire E -> Trying: send OPTIONS, start E 4000
                        fire E -> Trying: send OPTIONS, start E 4000
                        fire F -> Terminated: timed out, terminated
                        """),
                client("a provisional response slows timer E down to T2", false, """
                        begin -> Trying: send OPTIONS, start E 500, start F 32000
                        100 -> Proceeding: pass 100
                        fire E -> Proceeding: send OPTIONS, start E 4000
                        100 -> Proceeding: pass 100
                        fire F -> Terminated: timed out, terminated
                        """),
                client("a final response while trying; retransmissions are absorbed until timer K", false, """
                        begin -> Trying: send OPTIONS, start E 500, start F 32000
                        200 -> Completed: stop E, stop F, start K 5000, pass 200
                        200 -> Completed
                        fire E -> Completed
                        fire F -> Completed
                        fire K -> Terminated: terminated
                        """),
                client("a final response after a provisional one", false, """
                        begin -> Trying: send OPTIONS, start E 500, start F 32000
                        100 -> Proceeding: pass 100
                        404 -> Completed: stop E, stop F, start K 5000, pass 404
                        """),
                client("over a reliable transport it ends with the final response", true, """
                        begin -> Trying: send OPTIONS, start F 32000
                        200 -> Terminated: pass 200, terminated
                        """),
                client("the transport fails while trying", true, """
                        begin -> Trying: send OPTIONS, start F 32000
                        fail -> Terminated: failed, terminated
                        """),
                client("the transport fails while proceeding", false, """
                        begin -> Trying: send OPTIONS, start E 500, start F 32000
                        100 -> Proceeding: pass 100
                        fail -> Terminated: failed, terminated
                        """));
    }

    static List<Row> inviteServers() {
        return List.of(
                inviteServer("100 after 200 ms, then what the user says; retransmissions hear the newest", false, """
                        begin -> Proceeding: start TRYING 200, pass INVITE
                        INVITE -> Proceeding
                        fire TRYING -> Proceeding: stop TRYING, send 100
                        INVITE -> Proceeding: send 100
                        respond 180 -> Proceeding: stop TRYING, send 180
                        INVITE -> Proceeding: send 180
                        fire TRYING -> Proceeding
                        ACK -> Proceeding
                        fail -> Proceeding: failed
                        respond 200 -> Accepted: stop TRYING, send 200, start L 32000
                        """),
                inviteServer("2xx: retransmissions of INVITE are absorbed, RFC 6026", false, """
                        begin -> Proceeding: start TRYING 200, pass INVITE
                        respond 200 -> Accepted: stop TRYING, send 200, start L 32000
                        INVITE -> Accepted
                        respond 200 -> Accepted: send 200
                        respond 486 -> Accepted
                        respond 180 -> Accepted
                        ACK -> Accepted: pass ACK
                        fail -> Accepted: failed
                        fire L -> Terminated: terminated
                        """),
                inviteServer("refusal: timer G up to T2 until ACK, timer I after it", false, """
                        begin -> Proceeding: start TRYING 200, pass INVITE
                        respond 486 -> Completed: stop TRYING, send 486, start G 500, start H 32000
                        fire G -> Completed: send 486, start G 1000
                        fire G -> Completed: send 486, start G 2000
                        fire G -> Completed: send 486, start G 4000
                        fire G -> Completed: send 486, start G 4000
                        INVITE -> Completed: send 486
                        respond 500 -> Completed
                        fail -> Completed: failed
                        ACK -> Confirmed: stop G, stop H, start I 5000
                        ACK -> Confirmed
                        INVITE -> Confirmed
                        fire G -> Confirmed
                        fire H -> Confirmed
                        fire I -> Terminated: terminated
                        """),
                inviteServer("refusal that nobody acknowledges", false, """
                        begin -> Proceeding: start TRYING 200, pass INVITE
                        respond 404 -> Completed: stop TRYING, send 404, start G 500, start H 32000
                        fire H -> Terminated: timed out, terminated
                        """),
                inviteServer("refusal over a reliable transport", true, """
                        begin -> Proceeding: start TRYING 200, pass INVITE
                        respond 404 -> Completed: stop TRYING, send 404, start H 32000
                        ACK -> Terminated: terminated
                        """),
                inviteServer("a late 2xx goes out after a refusal, 16.7 step 5", false, """
                        begin -> Proceeding: start TRYING 200, pass INVITE
                        respond 487 -> Completed: stop TRYING, send 487, start G 500, start H 32000
                        respond 200 -> Completed: send 200
                        ACK -> Confirmed: stop G, stop H, start I 5000
                        respond 200 -> Confirmed: send 200
                        """));
    }

    static List<Row> servers() {
        return List.of(
                server("the answer is repeated until timer J", false, """
                        begin -> Trying: start TRYING 3500, pass OPTIONS
                        OPTIONS -> Trying
                        respond 200 -> Completed: stop TRYING, send 200, start J 32000
                        OPTIONS -> Completed: send 200
                        respond 404 -> Completed
                        fire TRYING -> Completed
                        fire J -> Terminated: terminated
                        """),
                server("over a reliable transport it ends with the answer", true, """
                        begin -> Trying: start TRYING 3500, pass OPTIONS
                        respond 200 -> Terminated: send 200, terminated
                        """),
                server("100 when timer E has reached T2, no other provisional response, RFC 4320", false, """
                        begin -> Trying: start TRYING 3500, pass OPTIONS
                        respond 100 -> Trying
                        respond 183 -> Trying
                        fire TRYING -> Proceeding: send 100, start J 32000
                        OPTIONS -> Proceeding: send 100
                        respond 183 -> Proceeding
                        respond 200 -> Completed: stop TRYING, send 200, start J 32000
                        """),
                server("408 is never sent, RFC 4320", false, """
                        begin -> Trying: start TRYING 3500, pass OPTIONS
                        fire TRYING -> Proceeding: send 100, start J 32000
                        respond 408 -> Completed: stop TRYING, start J 32000
                        OPTIONS -> Completed
                        fire J -> Terminated: terminated
                        """),
                server("408 over a reliable transport just ends it", true, """
                        begin -> Trying: start TRYING 3500, pass OPTIONS
                        respond 408 -> Terminated: terminated
                        """),
                server("a user that never answers does not leak it", false, """
                        begin -> Trying: start TRYING 3500, pass OPTIONS
                        fire TRYING -> Proceeding: send 100, start J 32000
                        fire J -> Terminated: timed out, terminated
                        """),
                server("the transport fails", false, """
                        begin -> Trying: start TRYING 3500, pass OPTIONS
                        fail -> Trying
                        fire TRYING -> Proceeding: send 100, start J 32000
                        fail -> Terminated: failed, terminated
                        """),
                server("the answer cannot be sent", false, """
                        begin -> Trying: start TRYING 3500, pass OPTIONS
                        respond 200 -> Completed: stop TRYING, send 200, start J 32000
                        fail -> Terminated: failed, terminated
                        """));
    }
}
