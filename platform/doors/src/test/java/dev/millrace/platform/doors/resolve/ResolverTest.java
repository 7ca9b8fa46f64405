package dev.millrace.platform.doors.resolve;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.platform.contracts.Role;
import dev.millrace.platform.runtime.HostPort;
import dev.millrace.platform.runtime.Loop;
import dev.millrace.platform.runtime.NodeContext;
import dev.millrace.platform.runtime.testing.Await;
import dev.millrace.platform.runtime.testing.TestNodes;
import dev.millrace.platform.runtime.testing.TestRole;
import dev.millrace.protocols.sip.SipUri;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.SRVRecord;
import org.xbill.DNS.Type;

/** RFC 3263 against a DNS server of our own. */
class ResolverTest {
    private static TestNodes nodes;
    private static NodeContext node;

    @TempDir
    private Path folder;

    private DnsServer dns;
    private Resolver resolver;

    @BeforeAll
    static void startNode() {
        nodes = TestNodes.start(1, List.of(new TestRole(Role.LOCATION)), ResolveConfig.ALL, Map.of());
        node = nodes.context("A");
    }

    @AfterAll
    static void stopNode() {
        nodes.close();
    }

    @BeforeEach
    void startServer() throws IOException {
        dns = new DnsServer();
        Path hosts = folder.resolve("hosts");
        Files.writeString(hosts, "127.0.0.1 localhost\n# none\n10.0.0.9 Pbx pbx.lan # old\nbroken line\n::1\n");
        resolver = resolver(hosts, Duration.ofMillis(200), true, dns);
        zone();
    }

    private static Resolver resolver(Path hosts, Duration timeout, boolean ipv6, DnsServer... servers) {
        List<HostPort> addresses = new ArrayList<>();
        for (DnsServer server : servers) {
            addresses.add(new HostPort("127.0.0.1", server.address().getPort()));
        }
        return new Resolver(node, new ResolveConfig(addresses, timeout, 100, ipv6, Duration.ofMinutes(5)), hosts);
    }

    private void zone() {
        // Everything told: TLS before UDP.
        dns.naptr("full.test", 20, 10, "s", "SIP+D2U", "_sip._udp.full.test");
        dns.naptr("full.test", 10, 10, "S", "SIPS+D2T", "_sips._tcp.full.test");
        dns.naptr("full.test", 5, 10, "s", "SIP+D2S", "_sip._sctp.full.test");
        dns.naptr("full.test", 5, 10, "u", "E2U+sip", "full.test");
        dns.srv("_sip._udp.full.test", 2, 0, 5072, "two.full.test");
        dns.srv("_sip._udp.full.test", 1, 0, 5071, "one.full.test");
        dns.srv("_sips._tcp.full.test", 1, 0, 5061, "one.full.test");
        dns.address("one.full.test", "192.0.2.1");
        dns.address("one.full.test", "2001:db8::1");
        dns.address("two.full.test", "192.0.2.2");
        // SRV alone.
        dns.srv("_sip._udp.srv.test", 1, 0, 5080, "host.srv.test");
        dns.srv("_sip._tcp.srv.test", 1, 0, 5081, "host.srv.test");
        dns.address("host.srv.test", "192.0.2.3");
        dns.address("srv.test", "192.0.2.33");
        // Addresses alone, by an alias.
        dns.alias("plain.test", "real.test");
        dns.address("real.test", "192.0.2.4");
        // Told that nobody serves.
        dns.srv("_sip._udp.closed.test", 0, 0, 0, ".");
        dns.address("closed.test", "192.0.2.5");
        // NAPTR with the flag a.
        dns.naptr("short.test", 1, 1, "a", "SIP+D2T", "real.test");
    }

    @AfterEach
    void stopServer() {
        dns.close();
    }

    record Row(String name, String uri, String... hops) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Row> rows() {
        return Stream.of(
                new Row("address", "sip:a@192.0.2.9", "UDP 192.0.2.9:5060"),
                new Row("address with port", "sip:a@192.0.2.9:5070", "UDP 192.0.2.9:5070"),
                new Row("address with transport", "sip:a@192.0.2.9;transport=TCP", "TCP 192.0.2.9:5060"),
                new Row("address, sips", "sips:a@192.0.2.9", "TLS 192.0.2.9:5061"),
                new Row("sips with transport=tcp is TLS", "sips:a@192.0.2.9;transport=tcp", "TLS 192.0.2.9:5061"),
                new Row("IPv6 address", "sip:a@[2001:db8::9]:5070", "UDP 2001:db8:0:0:0:0:0:9:5070"),
                new Row("maddr", "sip:a@full.test;maddr=192.0.2.9", "UDP 192.0.2.9:5060"),
                new Row(
                        "NAPTR, SRV, A and AAAA",
                        "sip:a@full.test",
                        "TLS 192.0.2.1:5061",
                        "TLS 2001:db8:0:0:0:0:0:1:5061",
                        "UDP 192.0.2.1:5071",
                        "UDP 2001:db8:0:0:0:0:0:1:5071",
                        "UDP 192.0.2.2:5072"),
                new Row(
                        "sips takes the secure one alone",
                        "sips:a@full.test",
                        "TLS 192.0.2.1:5061",
                        "TLS 2001:db8:0:0:0:0:0:1:5061"),
                new Row(
                        "transport told: SRV without NAPTR",
                        "sip:a@full.test;transport=udp",
                        "UDP 192.0.2.1:5071",
                        "UDP 2001:db8:0:0:0:0:0:1:5071",
                        "UDP 192.0.2.2:5072"),
                new Row("no NAPTR: SRV of each", "sip:a@SRV.test", "UDP 192.0.2.3:5080", "TCP 192.0.2.3:5081"),
                new Row("port told: no SRV", "sip:a@srv.test:5090", "UDP 192.0.2.33:5090"),
                new Row("port and transport told", "sip:a@srv.test:5090;transport=tls", "TLS 192.0.2.33:5090"),
                new Row("no SRV: addresses, alias", "sip:a@plain.test", "UDP 192.0.2.4:5060"),
                new Row("no SRV for the transport", "sip:a@plain.test;transport=tcp", "TCP 192.0.2.4:5060"),
                new Row("no SRV, sips", "sips:a@plain.test", "TLS 192.0.2.4:5061"),
                new Row("NAPTR with flag a", "sip:a@short.test", "TCP 192.0.2.4:5060"),
                new Row("nobody serves", "sip:a@closed.test"),
                new Row("no such name", "sip:a@missing.test"),
                new Row("not a name", "sip:a@" + "x".repeat(64) + ".test"),
                new Row("transport that nobody speaks", "sip:a@full.test;transport=sctp"),
                new Row("hosts file", "sip:a@PBX", "UDP 10.0.0.9:5060"),
                new Row("hosts file, transport", "sip:a@pbx.lan;transport=tls", "TLS 10.0.0.9:5061"),
                new Row("localhost", "sip:a@localhost:5070", "UDP 127.0.0.1:5070"));
    }

    private static List<String> shown(List<Hop> hops) {
        return hops.stream()
                .map(hop -> hop.transport() + " " + hop.address().getAddress().getHostAddress() + ":"
                        + hop.address().getPort())
                .toList();
    }

    private List<Hop> resolved(String uri) {
        return Await.get(resolver.resolve(SipUri.parse(uri)));
    }

    @ParameterizedTest
    @MethodSource("rows")
    void whereAUriLeads(Row row) {
        List<Hop> hops = resolved(row.uri());
        assertThat(shown(hops)).containsExactly(row.hops());
        assertThat(hops)
                .allSatisfy(hop -> assertThat(hop.serverName())
                        .isEqualTo(Destination.of(SipUri.parse(row.uri())).host()));
    }

    @Test
    void aTargetThatFailedStandsBehindTheOthersAndNothingElseDoes() {
        List<Hop> before = resolved("sip:a@full.test;transport=udp");
        resolver.down(before.get(0));
        List<Hop> after = resolved("sip:a@full.test;transport=udp");
        assertThat(after).containsExactly(before.get(1), before.get(2), before.get(0));
        assertThat(shown(resolved("sip:a@full.test")).getFirst()).isEqualTo("TLS 192.0.2.1:5061");
        before.forEach(resolver::down);
        assertThat(resolved("sip:a@full.test;transport=udp")).isEqualTo(before);
    }

    @Test
    void anAnswerIsBelievedForItsTime() {
        dns.address("brief.test", "192.0.2.61", 0);
        resolved("sip:a@brief.test:5060");
        resolved("sip:a@brief.test:5060");
        assertThat(dns.count("brief.test. A")).isEqualTo(2);
        resolved("sip:a@real.test:5060");
        resolved("sip:b@REAL.test:5062");
        assertThat(dns.count("real.test. A")).isEqualTo(1);
        resolved("sip:a@missing.test");
        long asked = dns.asked.size();
        resolved("sip:a@missing.test");
        assertThat(dns.asked).hasSize((int) asked);
    }

    @Test
    void theSameQuestionIsOnTheWayOnce() {
        dns.silent.add("real.test. A");
        Future<List<Hop>> first = resolver.resolve(SipUri.parse("sip:a@real.test:5060"));
        Future<List<Hop>> second = resolver.resolve(SipUri.parse("sip:b@real.test:5060"));
        Await.until("it is asked", () -> dns.count("real.test. A") > 0);
        dns.silent.clear();
        assertThat(Await.get(first)).hasSize(1);
        assertThat(Await.get(second)).hasSize(1);
        assertThat(dns.count("real.test. AAAA")).isEqualTo(1);
    }

    @Test
    void aServerThatRefusesNaptrStillTellsTheRest() {
        dns.broken.add("srv.test. NAPTR");
        assertThat(shown(resolved("sip:a@srv.test"))).containsExactly("UDP 192.0.2.3:5080", "TCP 192.0.2.3:5081");
    }

    @Test
    void whenAServerIsDeadTheNextOneIsAsked() {
        try (DnsServer dead = new DnsServer()) {
            dead.silent.add("real.test. A");
            dead.broken.add("real.test. AAAA");
            Resolver two = resolver(folder.resolve("none"), Duration.ofMillis(200), true, dead, dns);
            assertThat(shown(Await.get(two.resolve(SipUri.parse("sip:real.test:5060")))))
                    .containsExactly("UDP 192.0.2.4:5060");
        }
    }

    @Test
    void silenceIsAFailureAndSoonAskedAgain() {
        dns.silent.add("srv.test. NAPTR");
        assertThat(Await.failure(resolver.resolve(SipUri.parse("sip:a@srv.test"))))
                .isInstanceOf(Unresolved.class);
        dns.broken.add("plain.test. A");
        dns.broken.add("plain.test. AAAA");
        assertThat(Await.failure(resolver.resolve(SipUri.parse("sip:a@plain.test:5060"))))
                .isInstanceOf(Unresolved.class);
    }

    @Test
    void oneDeadTargetDoesNotHideTheOthers() {
        dns.srv("_sip._udp.half.test", 1, 0, 5060, "gone.half.test");
        dns.srv("_sip._udp.half.test", 2, 0, 5060, "real.test");
        dns.broken.add("gone.half.test. A");
        dns.broken.add("gone.half.test. AAAA");
        assertThat(shown(resolved("sip:a@half.test"))).containsExactly("UDP 192.0.2.4:5060");
    }

    @Test
    void noLoopWaitsAndTheAnswerArrivesWhereItWasAsked() {
        dns.silent.add("real.test. A");
        List<Loop> loops = node.loops().all();
        List<Promise<Boolean>> answers =
                loops.stream().map(loop -> Promise.<Boolean>promise()).toList();
        for (int i = 0; i < loops.size(); i++) {
            Loop loop = loops.get(i);
            Promise<Boolean> answer = answers.get(i);
            loop.execute(() -> resolver.resolve(SipUri.parse("sip:real.test:5060"))
                    .onComplete(done -> answer.complete(done.succeeded() && loop.inLoop())));
        }
        for (Loop loop : loops) {
            Promise<Void> alive = Promise.promise();
            loop.execute(alive::complete);
            Await.get(alive.future());
        }
        assertThat(answers).noneMatch(answer -> answer.future().isComplete());
        dns.silent.clear();
        answers.forEach(answer -> assertThat(Await.get(answer.future())).isTrue());
    }

    /** Nine SRV records and more do not fit in one datagram. */
    @Test
    void whatDoesNotFitInADatagramComesOverTcp() {
        for (int i = 0; i < 9; i++) {
            dns.srv("_sip._tcp.long.test", i, 0, 5060, "h" + i + ".long.test");
            dns.address("h" + i + ".long.test", "192.0.2." + i);
        }
        dns.cut.add("_sip._tcp.long.test. SRV");
        assertThat(resolved("sip:a@long.test;transport=tcp")).hasSize(9);
        assertThat(dns.count("tcp _sip._tcp.long.test. SRV")).isEqualTo(1);
    }

    /** Somebody else's records, told beside the answer, are not believed (the class of CVE-2024-25638). */
    @Test
    void whatWasNotAskedForIsNotBelieved() {
        dns.alias("trick.test", "other.test");
        dns.address("other.test", "192.0.2.71");
        dns.strays.add(new ARecord(DnsServer.name("real.test"), DClass.IN, 60, InetAddress.ofLiteral("203.0.113.66")));
        assertThat(shown(resolved("sip:a@trick.test:5060"))).containsExactly("UDP 192.0.2.71:5060");
        dns.strays.clear();
        assertThat(shown(resolved("sip:a@real.test:5060"))).containsExactly("UDP 192.0.2.4:5060");
    }

    @Test
    void aZoneOfManyRecordsIsCutToTheLimits() {
        // As many as fit in one datagram.
        for (int i = 0; i < 25; i++) {
            dns.srv("_sip._udp.wide.test", i, 0, 5060, "h" + i + ".wide.test");
            dns.address("h" + i + ".wide.test", "192.0.2." + i);
            dns.address("h" + i + ".wide.test", "198.51.100." + i);
            dns.address("h" + i + ".wide.test", "203.0.113." + i);
        }
        List<Hop> hops = resolved("sip:a@wide.test;transport=udp");
        assertThat(hops).hasSize(Resolver.MAX_HOPS);
        assertThat(dns.asked).hasSize(1 + 2 * Answer.MAX_RECORDS);
    }

    @Test
    void theCacheIsBounded() {
        DnsServer server = dns;
        Dns bounded = new Dns(List.of(server.address()), Duration.ofSeconds(1), 100, node.clock(), node.metrics());
        for (int i = 0; i < 300; i++) {
            bounded.ask(DnsServer.name("n" + i + ".test"), Type.A).join();
        }
        assertThat(bounded.size()).isEqualTo(100);
    }

    @Test
    void weightsAreKept() {
        List<SRVRecord> records =
                List.of(record(2, 0, "last"), record(1, 90, "heavy"), record(1, 10, "light"), record(1, 0, "none"));
        AtomicInteger drawn = new AtomicInteger();
        int[] first = new int[3];
        for (int i = 0; i < 101; i++) {
            drawn.set(i);
            List<String> order = SrvOrder.of(records, below -> drawn.get() % below).stream()
                    .map(record -> record.getTarget().getLabelString(0))
                    .toList();
            assertThat(order).hasSize(4).endsWith("last");
            first[List.of("none", "light", "heavy").indexOf(order.getFirst())]++;
        }
        assertThat(first).containsExactly(1, 10, 90);
        assertThat(IntStream.of(first).sum()).isEqualTo(101);
    }

    private static SRVRecord record(int priority, int weight, String target) {
        return new SRVRecord(
                DnsServer.name("_sip._udp.x"), 1, 60, priority, weight, 5060, DnsServer.name(target + ".x"));
    }

    @Test
    void theHostsFileIsReadAsItIs() {
        Hosts hosts = Hosts.parse("::1 six\n127.0.0.1 a b # c\n\n# 1.1.1.1 d\nnot-an-address e\n127.0.0.2 A\n");
        assertThat(hosts.find("a")).extracting(InetAddress::getHostAddress).containsExactly("127.0.0.1", "127.0.0.2");
        assertThat(hosts.find("b")).hasSize(1);
        assertThat(hosts.find("six")).hasSize(1);
        assertThat(hosts.find("d")).isEmpty();
        assertThat(hosts.find("e")).isEmpty();
        assertThat(Hosts.load(folder.resolve("missing")).find("localhost")).hasSize(1);
    }
}
