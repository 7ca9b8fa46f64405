package dev.millrace.verification.scenarios.sip;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.platform.testkit.UdpWire;
import dev.millrace.platform.testkit.Wire;
import dev.millrace.verification.scenarios.NodeProcess;
import dev.millrace.verification.scenarios.Story;
import java.net.InetSocketAddress;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Where a call goes that is not simply to a registered phone: redirections and other domains. */
@Execution(ExecutionMode.CONCURRENT)
@ExtendWith(Story.Frame.class)
final class RoutingTest {
    /** A domain in redirect mode. */
    static final String MOVED = "moved.example";

    private static final String REMOTE = "remote.example";
    private static final int REMOTE_PORT = SipNode.freePort();
    private static final int DEAD_PORT = SipNode.freePort();

    private static Story shared;
    private static SipNode node;
    private static DnsServer dns;
    private static UdpWire dead;

    @BeforeAll
    static void start() {
        shared = Story.ofClass(RoutingTest.class);
        dns = shared.use(DnsServer.open(
                REMOTE + ". NAPTR 10 10 \"s\" \"SIP+D2U\" \"\" _sip._udp." + REMOTE + ".",
                "_sip._udp." + REMOTE + ". SRV 10 0 " + DEAD_PORT + " dead." + REMOTE + ".",
                "_sip._udp." + REMOTE + ". SRV 20 0 " + REMOTE_PORT + " alive." + REMOTE + ".",
                "dead." + REMOTE + ". A 127.0.0.1",
                "alive." + REMOTE + ". A 127.0.0.1"));
        // Somebody who never says a word: nothing tells the node that the target is dead.
        dead = shared.use(UdpWire.at(new InetSocketAddress("127.0.0.1", DEAD_PORT)));
        node = SipNode.start(
                shared,
                moving("routing", SipNode.ROLES)
                        .with("sip.dns.servers", dns.address())
                        .with("sip.failover", "500ms")
                        .with("proxy.redirects", "follow"));
    }

    @AfterAll
    static void stop() throws Exception {
        shared.close();
    }

    /** {@code proxy.redirects=follow}: the caller hears nothing of the 302. */
    @Test
    void redirectionIsFollowed(Story story) {
        Phones phones = Phones.of(story, node, "follow");
        Sipp.Plan elsewhere = Sipp.Plan.to(story, node.sip());
        Sipp answering = Sipp.start(elsewhere, Scenario.callee("elsewhere").takesACall(100));
        Sipp moved = phones.callee(
                "moved",
                Scenario.callee("moved")
                        .takeInvite()
                        .answer(
                                "302 Moved Temporarily",
                                "Contact: <sip:anybody@127.0.0.1:" + elsewhere.port() + ">\n",
                                false)
                        .take("ACK"));
        phones.call(Scenario.caller("caller", phones.caller(), phones.callee())
                .challenged("INVITE")
                .ringing()
                .answered()
                .bye());
        moved.succeed();
        answering.succeed();
    }

    /** A domain in redirect mode: 302 with the contacts, the best first (RFC 3261 section 8.3). */
    @Test
    void redirectServerNamesTheContacts(Story story) {
        moves(node, node.port());
        isRedirected(node.port());
    }

    /** The process that takes the call has no redirect server: the other one answers it, and by the way that it came. */
    @Test
    void redirectServerIsAProcessOfItsOwn(Story story) {
        SipNode without = SipNode.start(story, moving("without", "location,registrar,proxy"));
        moves(without, without.port());
        try (TestPhone caller = new TestPhone(Wire.udp(without.port()), "otto").of(MOVED)) {
            assertThat(asksForMona(caller)).as("nobody redirects").startsWith("SIP/2.0 503");
        }
        SipNode.start(story, moving("alone", "redirect").join(without.process()));
        isRedirected(without.port());
    }

    private static NodeProcess.Plan moving(String id, String roles) {
        return SipNode.plan(id, roles)
                .with("sip.bind", "127.0.0.1")
                .with("sip.domains", SipNode.DOMAIN + "," + MOVED)
                .with("sip.redirect-domains", MOVED);
    }

    /** Makes two users of that domain; the one is elsewhere, at two places. */
    static void moves(SipNode node, int port) {
        node.users(List.of(
                "mona@" + MOVED + "," + SipNode.password("mona"), "otto@" + MOVED + "," + SipNode.password("otto")));
        try (TestPhone mona = new TestPhone(Wire.udp(port), "mona").of(MOVED)) {
            assertThat(mona.ask(
                            "REGISTER",
                            "sip:" + MOVED,
                            "mona",
                            "Contact: <sip:mona@192.0.2.1:5060>;q=0.3, <sip:mona@192.0.2.2:5060>;q=0.8"))
                    .startsWith("SIP/2.0 200");
        }
    }

    /** A call of the other one ends with the two places, the best first. */
    static void isRedirected(int port) {
        try (TestPhone caller = new TestPhone(Wire.udp(port), "otto").of(MOVED)) {
            String answer = asksForMona(caller);
            assertThat(answer).startsWith("SIP/2.0 302");
            List<String> contacts =
                    answer.lines().filter(line -> line.startsWith("Contact:")).toList();
            assertThat(String.join(",", contacts))
                    .matches("(?s).*192\\.0\\.2\\.2:5060.*q=0\\.8.*192\\.0\\.2\\.1:5060.*q=0\\.3.*");
        }
    }

    private static String asksForMona(TestPhone caller) {
        return caller.ask("INVITE", "sip:mona@" + MOVED, "mona", "Contact: <" + caller.uri() + ">");
    }

    /** RFC 3263: NAPTR leads to SRV, the first server of which is silent; the call goes to the second. */
    @Test
    void deadServerOfADomainIsPassedOver(Story story) {
        node.users("resolves");
        Sipp callee = Sipp.start(
                Sipp.Plan.to(story, node.sip()).at(REMOTE_PORT),
                Scenario.callee("callee").takesACall(100));
        Sipp.run(
                Sipp.Plan.to(story, node.sip()),
                Scenario.caller("caller", "resolves", "anna")
                        .at(REMOTE)
                        .challenged("INVITE")
                        .ringing()
                        .answered()
                        .bye());
        callee.succeed();
        assertThat(dead.message()).as("the silent server was asked first").startsWith("INVITE sip:anna@" + REMOTE);
        assertThat(dns.questions())
                .containsSubsequence(REMOTE + ". NAPTR", "_sip._udp." + REMOTE + ". SRV", "alive." + REMOTE + ". A");
    }
}
