package dev.millrace.protocols.digest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.protocols.wire.Malformed;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Credentials and challenges that ended or fooled others. The oracle: read as one thing only, or {@link Malformed}, and soon. */
class HostileTest {
    private static final String REST = "realm=\"r\", nonce=\"n\", uri=\"sip:r\", response=\"x\"";
    /** 4 KiB; a quadratic reader of many more would need seconds. */
    private static final long PATIENCE_NANOS = 500_000_000L;

    private final Digester digester = new Digester();

    record Row(String name, String header) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Row> refused() {
        return Stream.of(
                new Row("0fadc0a6cb incomplete Authorization: empty", ""),
                new Row("0fadc0a6cb incomplete Authorization: scheme", "Digest"),
                new Row("0fadc0a6cb incomplete Authorization: comma", "Digest ,"),
                new Row("0fadc0a6cb incomplete Authorization: name", "Digest username"),
                new Row("0fadc0a6cb incomplete Authorization: equals sign", "Digest username="),
                new Row("0fadc0a6cb incomplete Authorization: half a quote", "Digest username=\""),
                new Row("0fadc0a6cb incomplete Authorization: an escape", "Digest username=\"\\"),
                new Row("CVE-2023-28098 parameter name of nothing", "Digest =\"a\", username=a, " + REST),
                new Row("CVE-2023-28098 parameter name of one letter", "Digest u, username=a, " + REST),
                new Row("CVE-2023-28098 parameter name of 4,000", "Digest " + "n".repeat(4_000) + ", " + REST),
                new Row("CVE-2023-28098 parameter name with a quote", "Digest user\"name=a, " + REST),
                new Row("two users", "Digest username=victim, username=thief, " + REST),
                new Row("two users, one extended", "Digest username=victim, username*=UTF-8''thief, " + REST),
                new Row("two responses", "Digest username=a, response=y, " + REST),
                new Row("two users in two cases", "Digest username=victim, UserName=thief, " + REST),
                new Row("a line end in a value", "Digest username=\"a\r\nVia: x\", " + REST),
                new Row("NUL in a value", "Digest username=\"victim\0thief\", " + REST),
                new Row("commas only", "Digest " + ",".repeat(4_000)),
                new Row("backslashes only", "Digest username=\"" + "\\".repeat(4_000)),
                new Row("equals signs only", "Digest " + "=".repeat(4_000)),
                new Row("33 names", "Digest " + "a=b,".repeat(33)),
                new Row("longer than allowed", "Digest username=\"" + "a".repeat(70_000) + "\", " + REST),
                new Row("nc of 4,000 digits", "Digest username=a, qop=auth, cnonce=c, nc=" + "0".repeat(4_000)));
    }

    @ParameterizedTest
    @MethodSource("refused")
    void isRefusedSoon(Row row) {
        long begin = System.nanoTime();
        assertThatThrownBy(() -> Credentials.parse(row.header)).isInstanceOf(Malformed.class);
        try {
            Challenge.parse(row.header).encode();
        } catch (Malformed expected) {
            assertThat(expected.rule()).isEqualTo(Challenge.RULE);
        }
        assertThat(System.nanoTime() - begin).isLessThan(PATIENCE_NANOS);
    }

    /** The positive control: who takes the first username that a pattern finds reads a user in most of them. */
    @Test
    void aPatternWouldBeFooled() {
        Pattern naive = Pattern.compile("(?i)username\\*?=\"?([^\",]*)");
        List<String> read = refused()
                .map(row -> naive.matcher(row.header))
                .filter(Matcher::find)
                .map(matcher -> matcher.group(1))
                .toList();
        assertThat(read).contains("victim").hasSizeGreaterThan(10);
    }

    /** Class 14: what is hashed is what was sent, so that nothing of it can be exchanged. */
    @Test
    void aResponseIsGoodForOneMethodUriNonceAndCount() {
        byte[] ha1 = digester.ha1(Algorithm.MD5, "alice", "example.com", "secret");
        Credentials good = Challenge.of("example.com", "n1", Algorithm.MD5, false)
                .answer(digester, "alice", "secret", "REGISTER", "sip:example.com", "c1", 1)
                .orElseThrow();
        assertThat(digester.verify(Algorithm.MD5, ha1, "REGISTER", good)).isTrue();
        assertThat(digester.verify(Algorithm.MD5, ha1, "INVITE", good)).isFalse();
        String header = good.encode();
        for (String[] change : List.of(
                new String[] {"uri=\"sip:example.com\"", "uri=\"sip:example.org\""},
                new String[] {"nonce=\"n1\"", "nonce=\"n2\""},
                new String[] {"nc=00000001", "nc=00000002"},
                new String[] {"nc=00000001", "nc=1"},
                new String[] {"cnonce=\"c1\"", "cnonce=\"c2\""},
                new String[] {"qop=auth", "qop=\"\""},
                new String[] {"response=\"", "response=\"0"},
                new String[] {good.response(), ""},
                new String[] {good.response(), good.response().substring(1)})) {
            String forged = header.replace(change[0], change[1]);
            assertThat(forged).as(change[1]).isNotEqualTo(header);
            assertThat(digester.verify(Algorithm.MD5, ha1, "REGISTER", Credentials.parse(forged)))
                    .as(change[1])
                    .isFalse();
        }
    }

    /** RFC 4475 section 3.3.7: a scheme that nobody knows is no Digest, so the request is challenged as if it had none. */
    @Test
    void regaut01() {
        assertThat(AuthParam.isDigest("NoOneKnowsThisScheme opaque-data=here")).isFalse();
        assertThat(AuthParam.isDigest("Digest opaque-data=here")).isTrue();
    }

    /** Class 13, ES2021-05: a callee that challenges in the gateway's name and realm gets no answer from elsewhere. */
    @Test
    void aChallengeOfAnotherRealmIsNotAnswered() {
        Challenge hostile = Challenge.parse("Digest realm=\"carrier.example\", nonce=\"x\", qop=\"auth\"");
        assertThat(Challenge.choose(List.of(hostile), "carrier.example")).isPresent();
        assertThat(Challenge.choose(List.of(hostile), "other.example")).isEqualTo(Optional.empty());
        assertThat(hostile.nonce().getBytes(StandardCharsets.UTF_8)).hasSize(1);
    }
}
