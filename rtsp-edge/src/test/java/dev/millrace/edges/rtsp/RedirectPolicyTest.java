package dev.millrace.edges.rtsp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.platform.contracts.Role;
import dev.millrace.platform.contracts.StreamPath;
import dev.millrace.platform.contracts.Streams.Claim;
import dev.millrace.platform.runtime.Clock;
import dev.millrace.platform.runtime.ClusterKeys;
import dev.millrace.platform.runtime.Load;
import dev.millrace.platform.runtime.Member;
import dev.millrace.platform.runtime.Membership;
import dev.millrace.platform.runtime.NodeInfo;
import dev.millrace.platform.runtime.Registration;
import dev.millrace.protocols.rtsp.RtspUrl;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class RedirectPolicyTest {
    private static final RtspUrl URL = RtspUrl.parse("rtsp://a:8554/demo");
    private static final StreamPath DEMO = new StreamPath("demo");

    /** A cluster at rest: the first member is the local one. */
    private record Cluster(List<Member> members) implements Membership, ClusterKeys, Clock {
        @Override
        public Member local() {
            return members.getFirst();
        }

        @Override
        public Optional<Member> find(String nodeId) {
            return members.stream().filter(member -> member.id().equals(nodeId)).findFirst();
        }

        @Override
        public List<Member> serving(Role role) {
            return members;
        }

        @Override
        public Registration onChange(Consumer<Membership> listener) {
            return () -> {};
        }

        @Override
        public byte[] sign(String purpose, byte[] data) {
            byte[] signature = new byte[SIGNATURE_LENGTH];
            Arrays.fill(signature, (byte) (Arrays.hashCode(data) + purpose.hashCode()));
            return signature;
        }

        @Override
        public boolean verify(String purpose, byte[] data, byte[] signature) {
            return Arrays.equals(signature, sign(purpose, data));
        }

        @Override
        public long nanos() {
            return 0;
        }

        @Override
        public Instant now() {
            return Instant.ofEpochSecond(1_000);
        }
    }

    record Row(String name, List<Member> members, RtspConfig.Redirecting when, boolean draining, String to) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static Member member(String id, int percent, Role... draining) {
        NodeInfo info = new NodeInfo(id, Set.of(Role.RTSP_EDGE), id, 8554, 8080, "127.0.0.1", 1, 2, true);
        return new Member(info, new Load(percent, percent, 100, Set.of(draining), 0));
    }

    static Stream<Row> rows() {
        RtspConfig.Redirecting load = RtspConfig.Redirecting.LOAD;
        RtspConfig.Redirecting home = RtspConfig.Redirecting.HOME;
        return Stream.of(
                new Row("alone", List.of(member("a", 100)), load, true, ""),
                new Row("room here", List.of(member("a", 79), member("b", 0)), load, false, ""),
                new Row("full here, room there", List.of(member("a", 80), member("b", 70)), load, false, "b"),
                new Row("full everywhere", List.of(member("a", 90), member("b", 85)), load, false, ""),
                new Row("the emptiest", List.of(member("a", 90), member("b", 50), member("c", 40)), load, false, "c"),
                new Row("draining here", List.of(member("a", 0), member("b", 95)), load, true, "b"),
                new Row("draining there", List.of(member("a", 95), member("b", 0, Role.RTSP_EDGE)), load, false, ""),
                new Row("never", List.of(member("a", 95), member("b", 0)), RtspConfig.Redirecting.NEVER, true, ""),
                new Row("home there", List.of(member("a", 0), member("b", 0), member("home", 50)), home, false, "home"),
                new Row("home there but full", List.of(member("a", 0), member("home", 90)), home, false, ""),
                new Row("home here", List.of(member("home", 95), member("b", 0)), home, false, ""));
    }

    private static Claim claim() {
        return new Claim(DEMO, "public", 1, "home", "home", new byte[0], List.of(), true, 0);
    }

    private static RedirectPolicy policy(List<Member> members, RtspConfig.Redirecting when) {
        Cluster cluster = new Cluster(members);
        return new RedirectPolicy(cluster, cluster, cluster, when, 80);
    }

    @ParameterizedTest
    @MethodSource("rows")
    void goes(Row row) {
        Optional<RtspUrl> moved = policy(row.members, row.when).elsewhere(URL, claim(), row.draining);
        assertThat(moved.map(RtspUrl::host).orElse("")).isEqualTo(row.to);
    }

    @Test
    void theTokenCountsForItsPathAndForAWhile() {
        RedirectPolicy policy = policy(List.of(member("a", 95), member("b", 0)), RtspConfig.Redirecting.LOAD);
        RtspUrl moved = policy.elsewhere(URL, claim(), false).orElseThrow();
        assertThat(policy.redirected(moved)).isTrue();
        assertThat(policy.redirected(RtspUrl.parse(moved.base() + "trackID=0"))).isTrue();
        assertThat(policy.redirected(RtspUrl.parse(moved.encode().replace("/demo", "/other"))))
                .isFalse();
        assertThat(policy.redirected(RtspUrl.parse(moved.encode() + "0"))).isFalse();
        assertThat(policy.redirected(URL)).isFalse();
        String token = moved.parameter("millrace-token").orElseThrow();
        String past = "0".repeat(16) + token.substring(16);
        assertThat(policy.redirected(RtspUrl.parse(moved.encode().replace(token, past))))
                .isFalse();
        String noHex = "x".repeat(token.length());
        assertThat(policy.redirected(RtspUrl.parse(moved.encode().replace(token, noHex))))
                .isFalse();
    }
}
