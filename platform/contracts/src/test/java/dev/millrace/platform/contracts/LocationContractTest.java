package dev.millrace.platform.contracts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.platform.contracts.Flows.FlowRef;
import dev.millrace.platform.contracts.Location.Binding;
import dev.millrace.platform.contracts.Location.Bindings;
import dev.millrace.platform.contracts.Samples.Asked;
import dev.millrace.platform.contracts.Subscribers.Name;
import dev.millrace.platform.contracts.Subscribers.Subscriber;
import dev.millrace.platform.testkit.Mutator;
import dev.millrace.protocols.wire.Malformed;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Bindings and subscribers between nodes of different versions. */
class LocationContractTest implements Travelling {
    static final String AOR = "sip:alice@example.com";

    static final Binding DESK = Binding.at("sip:alice@192.0.2.7:5060;transport=tcp")
            .q(700)
            .until(1_764_000_003_600L)
            .by("a84b4c76e66710@pc33", 4_294_967_295L)
            .path(List.of("<sip:edge1.example.com;lr>", "<sip:edge2.example.com;lr>"))
            .over(Optional.of(new FlowRef("node-b", Transport.TCP, 77, 1, "198.51.100.4", 40_123)))
            .from("198.51.100.4:40123", "Desk 9.1")
            .instance("<urn:uuid:00000000-0000-1000-8000-000a95a0e128>", 2)
            .gruu("seed")
            .canonical("sip:alice@192.0.2.7;transport=tcp")
            .said("INVITE,BYE,OPTIONS", ";+sip.ice")
            .build()
            .written(1_764_000_000_000L, 1_764_000_000_000L << 20);

    static final Binding BARE =
            Binding.at("sip:a@b").until(1).by("c", 0).canonical("sip:a@b").build();

    static final Subscriber ALICE = new Subscriber(
            AOR,
            "alice",
            "example.com",
            Map.of("SHA-256", "7987c64c30e25f1b74be53f966b49b90", "MD5", "939e7578ed9e3c518a452acee763bce9"));

    @Override
    public String golden() {
        return "location.v1.txt";
    }

    @Override
    public List<Class<?>> contracts() {
        return List.of(Location.class, Subscribers.class);
    }

    @Override
    public List<Asked<?, ?>> questions() {
        Codec.Nothing nothing = Codec.Nothing.NOTHING;
        Bindings both = new Bindings(AOR, 9, List.of(DESK, BARE));
        return List.of(
                new Asked<>(
                        Location.SAVE,
                        new Location.Saving(AOR, "c@h", 4, false, List.of(DESK), List.of("sip:old@192.0.2.9"), 10),
                        new Location.Saved(Location.Outcome.OUT_OF_ORDER, both)),
                new Asked<>(Location.LOOKUP, AOR, both),
                new Asked<>(Location.FETCH, AOR, new Bindings(AOR, 0, List.of())),
                new Asked<>(Location.REMOVE, new Location.Removing(AOR, DESK.identity(), DESK.version()), true),
                new Asked<>(Location.WATCH, new Location.Watching(AOR, "node-c", 30_000), nothing),
                new Asked<>(Location.WATCHED, new Location.Watching(AOR, "node-c", 30_000), nothing),
                new Asked<>(Location.CHANGED, both, nothing),
                new Asked<>(
                        Location.LIST,
                        new Location.Listing("7/" + AOR, 100),
                        new Location.Page(List.of(both), "8/sip:bob@example.com")),
                new Asked<>(Subscribers.PUT, ALICE, true),
                new Asked<>(Subscribers.FIND, new Name("alice", "example.com"), Optional.of(ALICE)),
                new Asked<>(Subscribers.REMOVE, new Name("alice", "example.com"), false),
                new Asked<>(
                        Subscribers.LIST,
                        new Subscribers.Listing("", 2),
                        new Subscribers.Page(List.of(ALICE), "example.com alice")),
                new Asked<>(Subscribers.DOMAINS, nothing, List.of("example.com", "example.net")));
    }

    @Test
    void whatTheNetworkSendsIsNeverAnythingButMalformed() {
        Wire.mutated(Mutator.of(11), "location codecs", 200_000, wires().toList());
    }

    @Test
    void identityIsInstanceAndRegIdWhereBothAreGiven() {
        assertThat(DESK.identity()).isEqualTo("2;<urn:uuid:00000000-0000-1000-8000-000a95a0e128>");
        assertThat(BARE.identity()).isEqualTo("sip:a@b");
    }

    @Test
    void secondsLeftAreCountedUp() {
        Binding oneSecond = Binding.at("sip:a@b").until(60_000).build();
        assertThat(oneSecond.secondsLeft(59_000)).isEqualTo(1);
        assertThat(oneSecond.secondsLeft(58_999)).isEqualTo(2);
        assertThat(oneSecond.secondsLeft(59_999)).isEqualTo(1);
    }

    @Test
    void whatWasWrittenIsElseTheSame() {
        Binding again = DESK.written(5, 6);
        assertThat(again)
                .isNotEqualTo(DESK)
                .usingRecursiveComparison()
                .ignoringFields("registeredAtMillis", "version")
                .isEqualTo(DESK);
        assertThat(List.of(again.registeredAtMillis(), again.version())).containsExactly(5L, 6L);
    }

    @Test
    void aTextThatIsTooLongIsRefused() {
        Binding tooLarge = Binding.at("sip:" + "a".repeat(Location.TEXT_LIMIT)).build();
        assertThatThrownBy(() -> Binding.CODEC.toBytes(tooLarge)).isInstanceOf(Malformed.class);
    }

    @Test
    void aHashIsNotShown() {
        assertThat(ALICE.toString()).contains("alice").doesNotContain("939e").doesNotContain("7987");
    }
}
