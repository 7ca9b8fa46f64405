package dev.millrace.verification.scenarios.sip;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.platform.testkit.Wire;
import dev.millrace.verification.scenarios.Story;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The same calls by TCP, by IPv6 and from one to the other; what keeps a flow alive. */
@Execution(ExecutionMode.CONCURRENT)
@ExtendWith({Story.Frame.class, OneSipNode.class})
final class TransportTest {
    private static final byte[] PING = {'\r', '\n', '\r', '\n'};
    private static final byte[] PONG = {'\r', '\n'};

    @Test
    void callByIpv6(Story story, SipNode node) {
        Phones phones = Phones.of(story, node, "six");
        Sipp.Plan six = Sipp.Plan.to(story, "[::1]:" + node.port()).host("::1");
        Sipp.run(six, Scenario.caller("register", phones.callee(), "").register("", 600));
        Sipp callee = Sipp.start(six, Scenario.callee("callee").takesACall(100));
        Sipp.run(six.at(SipNode.freePort()), caller(phones));
        callee.succeed();
    }

    @Test
    void callFromIpv6ToIpv4(Story story, SipNode node) {
        Phones phones = Phones.of(story, node, "six-four");
        Sipp callee = phones.callee("callee", Scenario.callee("callee").takesACall(100));
        Sipp.run(Sipp.Plan.to(story, "[::1]:" + node.port()).host("::1"), caller(phones));
        callee.succeed();
    }

    /** The two Record-Routes of RFC 5658 join the transports, from either side. */
    @Test
    void callFromTcpToUdp(Story story, SipNode node) {
        Phones phones = Phones.of(story, node, "tcp-udp");
        Sipp callee = phones.callee("callee", Scenario.callee("callee").takesAndEndsACall());
        Sipp.run(
                Sipp.Plan.to(story, node.sip()).by("t1"),
                Scenario.caller("caller", phones.caller(), phones.callee())
                        .challenged("INVITE")
                        .ringing()
                        .answered()
                        .takesTheBye());
        callee.succeed();
        String invite = callee.message("INVITE ");
        assertThat(invite).containsPattern("Via: SIP/2.0/UDP .*\\R(.*\\R)*Via: SIP/2.0/TCP ");
        assertThat(invite.lines()
                        .filter(line -> line.startsWith("Record-Route: "))
                        .map(line -> line.contains("transport=tcp"))
                        .sorted())
                .as("Record-Route by UDP and by TCP")
                .containsExactly(false, true);
    }

    /** The phone behind the connection is found by that connection: nobody could connect to its contact. */
    @Test
    void callToAPhoneOnItsConnection(Story story, SipNode node) {
        Phones phones = Phones.of(story, node, "flow");
        try (TestPhone phone = new TestPhone(Wire.tcp(node.port()), phones.callee())) {
            assertThat(phone.register("")).startsWith("SIP/2.0 200");
            Sipp caller = Sipp.start(
                    Sipp.Plan.to(story, node.sip()),
                    Scenario.caller("caller", phones.caller(), phones.callee())
                            .challenged("INVITE")
                            .failed("486"));
            String invite = phone.wire().message();
            assertThat(invite).startsWith("INVITE sip:" + phones.callee() + "@127.0.0.1");
            phone.answer(invite, "486 Busy Here");
            assertThat(phone.wire().message()).startsWith("ACK ");
            caller.succeed();
        }
    }

    /** RFC 5626 section 4.4.1. */
    @Test
    void doubleCrlfIsAnsweredOnAConnection(SipNode node) {
        try (Wire wire = Wire.tcp(node.port())) {
            wire.send(PING);
            assertThat(wire.receive()).isEqualTo(PONG);
        }
    }

    /** RFC 5626 section 4.4.2 and RFC 8489: the answer tells the port that the server sees. */
    @Test
    void stunIsAnsweredOnTheSipPort(SipNode node) {
        try (Wire wire = Wire.udp(node.port())) {
            ByteBuffer request = ByteBuffer.allocate(20);
            request.putShort((short) 1).putShort((short) 0).putInt(0x2112A442);
            request.putLong(0x0102030405060708L).putInt(0x090A0B0C);
            wire.send(request.array());
            ByteBuffer answer = ByteBuffer.wrap(wire.receive());
            assertThat(answer.getShort(0)).as("Binding success").isEqualTo((short) 0x0101);
            assertThat(answer.getLong(8)).as("transaction").isEqualTo(0x0102030405060708L);
            assertThat(mappedPort(answer)).isEqualTo(wire.port());
        }
    }

    /** XOR-MAPPED-ADDRESS (0x0020) among the attributes. */
    private static int mappedPort(ByteBuffer answer) {
        for (int at = 20; at + 8 <= answer.limit(); at += 4 + (answer.getShort(at + 2) + 3 & ~3)) {
            if (answer.getShort(at) == 0x0020) {
                return (answer.getShort(at + 6) ^ 0x2112) & 0xFFFF;
            }
        }
        throw new AssertionError("no XOR-MAPPED-ADDRESS");
    }

    private static Scenario caller(Phones phones) {
        return Scenario.caller("caller", phones.caller(), phones.callee())
                .challenged("INVITE")
                .ringing()
                .answered()
                .pause(100)
                .bye();
    }
}
