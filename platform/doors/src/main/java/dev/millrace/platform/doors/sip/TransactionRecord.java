package dev.millrace.platform.doors.sip;

import static dev.millrace.platform.contracts.Codec.BOOL;
import static dev.millrace.platform.contracts.Codec.BYTES;
import static dev.millrace.platform.contracts.Codec.I32;
import static dev.millrace.platform.contracts.Codec.I64;
import static dev.millrace.platform.contracts.Codec.TEXT;
import static dev.millrace.platform.contracts.Codec.U16;

import dev.millrace.platform.contracts.Codec;
import dev.millrace.platform.contracts.Flows.FlowRef;
import dev.millrace.platform.contracts.RecordCodec;
import dev.millrace.platform.contracts.SipDoors.Arrival;
import dev.millrace.protocols.sip.Keys;
import dev.millrace.protocols.sip.Message;
import dev.millrace.protocols.sip.Parser;
import dev.millrace.protocols.sip.Request;
import dev.millrace.protocols.wire.Framed;
import dev.millrace.protocols.wire.Malformed;
import java.util.List;
import java.util.Optional;

/**
 * What the cluster knows of an INVITE that some node works on: enough to find that node, and to end the call in its place. Its
 * messages are kept in SIP's own form, so that the one who adopts it sends bytes that were made by the one who knew how. Only an
 * INVITE has a record: all else is answered within moments, and repeating it elsewhere does no harm that its own rules (CSeq of
 * REGISTER, 482 and 481 of user agents) do not catch.
 *
 * @param owner the node that works on it
 * @param start which process of that name
 * @param status of the final response, 0 before it
 * @param caller the INVITE without what no answer needs, and the way back
 * @param branches what has been sent on
 * @param version grows with every write
 */
record TransactionRecord(String owner, int start, int status, Arrival caller, List<Branch> branches, long version) {
    static final Codec<TransactionRecord> CODEC = RecordCodec.of(
            TEXT,
            TransactionRecord::owner,
            I32,
            TransactionRecord::start,
            U16,
            TransactionRecord::status,
            Arrival.CODEC,
            TransactionRecord::caller,
            Codec.list(Branch.CODEC),
            TransactionRecord::branches,
            I64,
            TransactionRecord::version,
            TransactionRecord::new);

    /**
     * One request sent on.
     *
     * @param cancel the CANCEL for it, with the branch's own Via
     * @param way the flow, or an address with its transport
     * @param flow whether {@code way} is a client's flow
     * @param serverName what a certificate at the address has to show
     */
    record Branch(byte[] cancel, FlowRef way, boolean flow, String serverName) {
        static final Codec<Branch> CODEC = RecordCodec.of(
                BYTES,
                Branch::cancel,
                FlowRef.CODEC,
                Branch::way,
                BOOL,
                Branch::flow,
                TEXT,
                Branch::serverName,
                Branch::new);

        /** The CANCEL; empty where it was written by another version. */
        Optional<Request> request() {
            return TransactionRecord.request(cancel);
        }
    }

    TransactionRecord {
        branches = List.copyOf(branches);
    }

    /** The first record of an INVITE. */
    static TransactionRecord of(String owner, int start, Request invite, Inlet inlet) {
        byte[] head = Request.of(invite.method(), invite.uri())
                .copy(invite, Keys.VIA, Keys.ROUTES, Keys.MAX_FORWARDS, Keys.FROM, Keys.TO, Keys.CALL_ID, Keys.CSEQ)
                .build()
                .encode();
        return new TransactionRecord(owner, start, 0, inlet.arrival(head), List.of(), 1);
    }

    TransactionRecord with(List<Branch> sent) {
        return new TransactionRecord(owner, start, status, caller, sent, version + 1);
    }

    /** After its final response: nothing is left to do for it, but repetitions still find their way. */
    TransactionRecord ended(String by, int process, int finalStatus) {
        return new TransactionRecord(by, process, finalStatus, caller, List.of(), version + 1);
    }

    /** The INVITE without what no answer needs; empty where it was written by another version. */
    Optional<Request> invite() {
        return request(caller.message());
    }

    private static Optional<Request> request(byte[] bytes) {
        try {
            return Parser.parse(bytes, 0, bytes.length) instanceof Framed.Message<Message>(Request request, int _)
                    ? Optional.of(request)
                    : Optional.empty();
        } catch (Malformed otherVersion) {
            return Optional.empty();
        }
    }

    boolean running() {
        return status == 0;
    }
}
