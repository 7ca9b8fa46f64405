package dev.millrace.services.location;

import dev.millrace.platform.contracts.Flows.FlowRef;
import dev.millrace.platform.contracts.Location.Binding;
import dev.millrace.platform.contracts.Location.Saving;
import dev.millrace.platform.contracts.Transport;
import dev.millrace.platform.runtime.testing.TestBinding;
import java.util.List;
import java.util.Optional;

/** Bindings as phones make them. */
final class Bound {
    private Bound() {}

    static String address(int number) {
        return "sip:user" + number + "@example.com";
    }

    /** A phone behind a NAT, with every field that phones of today fill. */
    static Binding binding(int number, String callId, long cseq, long expiresAtMillis) {
        return TestBinding.at("sip:user" + number + "@192.168.1." + number % 250 + ":" + (20_000 + number % 40_000)
                        + ";transport=udp")
                .until(expiresAtMillis)
                .by(callId, cseq)
                .over(Optional.of(
                        new FlowRef("A", Transport.UDP, 0, 0, "198.51.100." + number % 250, 1024 + number % 60_000)))
                .from(
                        "198.51.100." + number % 250 + ":" + (1024 + number % 60_000),
                        "Example Phone 12.1.3 (a0b1c2d3e4f5)")
                .instance("<urn:uuid:00000000-0000-1000-8000-" + (100_000_000_000L + number) + ">", 0)
                .said("INVITE, ACK, CANCEL, OPTIONS, BYE, REFER", ";+sip.ice")
                .build();
    }

    static Saving saving(String address, Binding... bindings) {
        return new Saving(address, bindings[0].callId(), bindings[0].cseq(), false, List.of(bindings), List.of(), 10);
    }

    static Saving register(int number, long cseq, long expiresAtMillis) {
        return saving(address(number), binding(number, "call-" + number + "@phone.example.com", cseq, expiresAtMillis));
    }
}
