package dev.millrace.verification.scenarios.sip;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.platform.testkit.UdpWire;
import dev.millrace.platform.testkit.Wire;
import dev.millrace.verification.scenarios.Await;
import dev.millrace.verification.scenarios.Proc;
import dev.millrace.verification.scenarios.Story;
import dev.millrace.verification.scenarios.Tools;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Kamailio as a peer: it sends us calls, and we send it calls; both record the route. And a loop between the two. */
@ExtendWith(Story.Frame.class)
final class KamailioTest {
    private static final String HOST = "127.0.0.40";
    private static final String ELSEWHERE = "elsewhere.example";

    /** Each of the two thinks that the other one serves it. */
    private static final String LOOP = "loop.example";

    private static final Duration START = Duration.ofSeconds(15);

    @Test
    void callsComeFromItAndGoToIt(Story story) {
        Tools.need("kamailio");
        int peer = SipNode.freePort();
        int phone = SipNode.freePort();
        SipNode node = SipNode.start(
                story,
                SipNode.plan("peered")
                        .with("sip.peers", HOST)
                        .with("sip.bind", "127.0.0.1")
                        .with("proxy.probe", "1s")
                        .with("proxy.routes", route(ELSEWHERE, peer) + "," + route(LOOP, peer)));
        Proc kamailio = kamailio(story, peer, node, phone);
        Await.until("Kamailio answers", START, () -> answers(peer), kamailio::tail);

        Phones phones = Phones.of(story, node, "kamailio");
        Sipp callee = phones.callee("callee", Scenario.callee("callee").takesACall(100));
        // Upstream: no digest is asked of a peer's calls.
        Sipp.run(
                Sipp.Plan.to(story, HOST + ":" + peer),
                call(Scenario.caller("from-kamailio", "stranger", phones.callee())
                        .request("INVITE", contact())));
        callee.succeed();

        // Downstream: a user of ours calls a domain that is reached through it.
        Sipp outside = Sipp.start(
                Sipp.Plan.to(story, node.sip()).at(phone),
                Scenario.callee("outside").takesACall(100));
        Sipp.run(
                Sipp.Plan.to(story, node.sip()),
                call(Scenario.caller("to-kamailio", phones.caller(), "anybody")
                        .at(ELSEWHERE)
                        .challenged("INVITE")));
        outside.succeed();
        String invite = outside.message("INVITE ");
        assertThat(Wire.header(invite, "P-Asserted-Identity"))
                .isEqualTo("<sip:" + phones.caller() + "@" + SipNode.DOMAIN + ">");
        List<String> recorded =
                invite.lines().filter(line -> line.startsWith("Record-Route: ")).toList();
        assertThat(recorded).as("both record the route").hasSize(2);
        assertThat(recorded.getFirst()).contains(HOST + ":" + peer);
        assertThat(recorded.getLast()).contains(node.sip());
        // The BYE went through both, too.
        assertThat(outside.message("BYE ").lines().filter(line -> line.startsWith("Via: ")))
                .hasSize(3);

        // RFC 5393: what comes back unchanged is refused, long before Max-Forwards is used up.
        try (TestPhone caller = node.phone(phones.caller())) {
            assertThat(ExtensionTest.call(caller, "sip:anybody@" + LOOP, "anybody")
                            .join())
                    .startsWith("SIP/2.0 482");
        }
    }

    private static String route(String domain, int peer) {
        return domain + "=" + HOST + ":" + peer + "/udp";
    }

    private static Scenario call(Scenario begun) {
        return begun.ringing().answered().pause(100).bye();
    }

    private static String contact() {
        return "Contact: <sip:[local_ip]:[local_port]>\n";
    }

    private static boolean answers(int port) {
        try (TestPhone asks = new TestPhone(UdpWire.at("127.0.0.1").turn(new InetSocketAddress(HOST, port)), "asks")) {
            return asks.reaches("sip:" + HOST + ":" + port, "kamailio", Duration.ofMillis(500));
        }
    }

    private static Proc kamailio(Story story, int port, SipNode node, int phone) {
        String modules = Stream.of(
                        "/usr/lib/x86_64-linux-gnu/kamailio/modules", "/usr/lib/aarch64-linux-gnu/kamailio/modules")
                .filter(folder -> Files.isDirectory(Path.of(folder)))
                .findFirst()
                .orElseThrow();
        Path file = Resources.copy(
                "kamailio-peer.cfg",
                story.folder(),
                Map.of(
                        "LISTEN",
                        HOST + ":" + port,
                        "MODULES",
                        modules,
                        "NODE",
                        node.sip(),
                        "PHONE",
                        "127.0.0.1:" + phone));
        List<String> command = List.of(
                Tools.path("kamailio"),
                "-f",
                file.toString(),
                "-DD",
                "-E",
                "-m",
                "64",
                "-Y",
                story.folder().toString(),
                "-P",
                story.folder().resolve("kamailio.pid").toString());
        return story.use(Proc.start("kamailio", story.folder(), command, Map.of()));
    }
}
