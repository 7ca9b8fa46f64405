package dev.millrace.services.registrar.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.protocols.sip.Request;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class OutboundTest {
    private static final String FLOW = "<sip:a@192.0.2.1>;reg-id=1;+sip.instance=\"<urn:uuid:1>\"";

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "straight from the client            | %s | Supported: outbound       | 1 | HERE",
                "without the option tag              | %s | Supported: path           | 1 | NONE",
                "without instance                    | <sip:a@192.0.2.1>;reg-id=1 | Supported: outbound | 1 | NONE",
                "through a proxy that keeps no flows | %s | Supported: outbound       | 2 | LACKING",
                "through an edge that keeps them     | %s | Path: <sip:t@edge;lr;ob>  | 2 | AT_EDGE",
                "the first edge is the last of Path  | %s | Path: <sip:p;lr>, <sip:t@edge;lr;ob> | 3 | AT_EDGE",
                "the last of Path keeps none         | %s | Path: <sip:t@edge;lr;ob>, <sip:p;lr> | 3 | NONE",
                "two contacts                        | %s, <sip:b@192.0.2.1> | Supported: outbound | 1 | CROWDED",
                "a removal                           | %s;expires=0 | Supported: outbound | 1 | HERE",
                "a removal through a proxy           | %s;expires=0 | Supported: outbound | 2 | NONE",
                "one stays and one goes              | %s, <sip:b@192.0.2.1>;expires=0 | Supported: outbound | 1 | HERE",
                "a plain one stays, the flow goes    | %s;expires=0, <sip:b@192.0.2.1> | Supported: outbound | 1 | HERE",
            })
    void aFlowIsKeptWhereTheFirstHopCan(String row, String contact, String line, int hops, Outbound expected) {
        Request request = Registers.with("Contact: " + contact.replace("%s", FLOW), line);
        assertThat(Outbound.of(Wish.of(request), hops)).as(row).isEqualTo(expected);
    }
}
