package dev.millrace.platform.contracts;

import dev.millrace.platform.contracts.Flows.FlowRef;
import dev.millrace.platform.contracts.Samples.Asked;
import dev.millrace.platform.contracts.SipDoors.Arrival;
import dev.millrace.platform.contracts.SipDoors.Sending;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** What the doors of nodes of different versions say to each other. */
class SipDoorsTest implements Travelling {
    private static final byte[] MESSAGE =
            "OPTIONS sip:example.com SIP/2.0\r\nContent-Length: 0\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final FlowRef FLOW = new FlowRef("node-a", Transport.TLS, 258, 2, "192.0.2.7", 40_000);
    private static final Arrival ARRIVAL = new Arrival(
            MESSAGE, FLOW, "192.0.2.7", 40_000, "sip.example.com", 5061, true, List.of("trunk.example.com"));

    @Override
    public String golden() {
        return "sip-doors.v1.txt";
    }

    @Override
    public List<Class<?>> contracts() {
        return List.of(SipDoors.class);
    }

    @Override
    public List<Asked<?, ?>> questions() {
        return List.of(
                new Asked<>(SipDoors.TAKE_REGISTRAR, ARRIVAL, true),
                new Asked<>(SipDoors.TAKE_PROXY, ARRIVAL, false),
                new Asked<>(SipDoors.TAKE_REDIRECT, ARRIVAL, true),
                new Asked<>(SipDoors.FORWARD, ARRIVAL, Codec.Nothing.NOTHING),
                new Asked<>(SipDoors.KEEP, new SipDoors.Keeping(FLOW, 3_600_000), Codec.Nothing.NOTHING),
                new Asked<>(SipDoors.SEND, new Sending(FLOW, MESSAGE), true));
    }
}
