package dev.millrace.platform.contracts;

import static dev.millrace.platform.contracts.Codec.BOOL;
import static dev.millrace.platform.contracts.Codec.BYTES;
import static dev.millrace.platform.contracts.Codec.I64;
import static dev.millrace.platform.contracts.Codec.NOTHING;
import static dev.millrace.platform.contracts.Codec.TEXT;
import static dev.millrace.platform.contracts.Codec.U16;

import dev.millrace.platform.contracts.Codec.Nothing;
import dev.millrace.platform.contracts.Flows.FlowRef;
import java.util.List;

/**
 * What the SIP doors of the nodes ask each other, so that any node can take any message: hand a message to a role or to the
 * owner of its transaction, and send through a flow that another node holds. Messages travel as they came.
 */
public final class SipDoors {
    private SipDoors() {}

    /**
     * A SIP message and how it came in.
     *
     * @param message the bytes of RFC 3261 section 7, as received
     * @param flow the connection or UDP pair it came by
     * @param sourceHost the sender's address as a literal
     * @param frontHost under which this sender reaches the cluster, with {@code frontPort}: for Record-Route and Path
     * @param trusted whether the receiving node knows the source as a peer ({@code sip.peers})
     * @param peerNames names in the verified client certificate
     */
    public record Arrival(
            byte[] message,
            FlowRef flow,
            String sourceHost,
            int sourcePort,
            String frontHost,
            int frontPort,
            boolean trusted,
            List<String> peerNames) {
        public static final Codec<Arrival> CODEC = RecordCodec.of(
                BYTES,
                Arrival::message,
                FlowRef.CODEC,
                Arrival::flow,
                TEXT,
                Arrival::sourceHost,
                U16,
                Arrival::sourcePort,
                TEXT,
                Arrival::frontHost,
                U16,
                Arrival::frontPort,
                BOOL,
                Arrival::trusted,
                Codec.list(TEXT),
                Arrival::peerNames,
                Arrival::new);
    }

    /** Bytes for a flow of the asked node. */
    public record Sending(FlowRef flow, byte[] message) {
        public static final Codec<Sending> CODEC =
                RecordCodec.of(FlowRef.CODEC, Sending::flow, BYTES, Sending::message, Sending::new);
    }

    /** Somebody is registered on the flow: keep it open, also when nothing moves, for so long from now. */
    public record Keeping(FlowRef flow, long millis) {
        public static final Codec<Keeping> CODEC =
                RecordCodec.of(FlowRef.CODEC, Keeping::flow, I64, Keeping::millis, Keeping::new);
    }

    /** Run the transaction of this request as a registrar; the answer says only that it was taken. The affinity key is the Call-ID. */
    public static final Question<Arrival, Boolean> TAKE_REGISTRAR =
            Question.ofRole("sip.take-registrar.v1", Role.REGISTRAR, Arrival.CODEC, BOOL);

    /** As {@link #TAKE_REGISTRAR}, for a proxy. */
    public static final Question<Arrival, Boolean> TAKE_PROXY =
            Question.ofRole("sip.take-proxy.v1", Role.PROXY, Arrival.CODEC, BOOL);

    /** As {@link #TAKE_REGISTRAR}, for a redirect server. */
    public static final Question<Arrival, Boolean> TAKE_REDIRECT =
            Question.ofRole("sip.take-redirect.v1", Role.REDIRECT, Arrival.CODEC, BOOL);

    /** Told to the node whose transaction the message belongs to. It never passes it on. */
    public static final Question<Arrival, Nothing> FORWARD = Question.ofNode("sip.forward.v1", Arrival.CODEC, NOTHING);

    /** Told to the flow's owner. */
    public static final Question<Keeping, Nothing> KEEP = Question.ofNode("sip.keep.v1", Keeping.CODEC, NOTHING);

    /** Asked of the flow's owner; false when the flow is gone. */
    public static final Question<Sending, Boolean> SEND = Question.ofNode("sip.send.v1", Sending.CODEC, BOOL);
}
