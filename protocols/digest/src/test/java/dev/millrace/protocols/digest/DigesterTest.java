package dev.millrace.protocols.digest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.protocols.wire.Malformed;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class DigesterTest {
    private final Digester digester = new Digester();

    record Vector(
            String name,
            Algorithm algorithm,
            String username,
            String realm,
            String password,
            String nonce,
            String nc,
            String cnonce,
            String method,
            String uri,
            String response) {
        /** RFC 7616 section 3.9.1. */
        static Vector rfc7616(Algorithm algorithm, String response) {
            return new Vector(
                    "RFC 7616 section 3.9.1 " + algorithm.text(),
                    algorithm,
                    "Mufasa",
                    "http-auth@example.org",
                    "Circle of Life",
                    Samples.NONCE,
                    "00000001",
                    Samples.CNONCE,
                    "GET",
                    "/dir/index.html",
                    response);
        }

        Credentials credentials() {
            return new Credentials(
                    username,
                    false,
                    realm,
                    nonce,
                    uri,
                    response,
                    algorithm.text(),
                    cnonce,
                    "",
                    nc.isEmpty() ? "" : "auth",
                    nc,
                    List.of());
        }

        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Vector> vectors() {
        return Stream.of(
                new Vector(
                        "RFC 2617 section 3.5",
                        Algorithm.MD5,
                        "Mufasa",
                        "testrealm@host.com",
                        "Circle Of Life",
                        "dcd98b7102dd2f0e8b11d0f600bfb0c093",
                        "00000001",
                        "0a4f113b",
                        "GET",
                        "/dir/index.html",
                        "6629fae49393a05397450978507c4ef1"),
                new Vector(
                        "RFC 2069 section 2.4 as its erratum 749 has it, without qop",
                        Algorithm.MD5,
                        "Mufasa",
                        "testrealm@host.com",
                        "CircleOfLife",
                        "dcd98b7102dd2f0e8b11d0f600bfb0c093",
                        "",
                        "",
                        "GET",
                        "/dir/index.html",
                        "1949323746fe6a43ef61f9606e7febea"),
                Vector.rfc7616(Algorithm.MD5, "8ca523f5e9506fed4657c9700eebdbec"),
                Vector.rfc7616(Algorithm.SHA_256, "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"),
                new Vector(
                        "RFC 7616 section 3.9.2 SHA-512-256 as its erratum 4897 has it",
                        Algorithm.SHA_512_256,
                        "J\u00e4s\u00f8n Doe",
                        "api@example.org",
                        "Secret, or not?",
                        "5TsQWLVdgBdmrQ0XsxbDODV+57QdFR34I9HAbC/RVvkK",
                        "00000001",
                        "NTg6RKcb9boFIAS3KrFK9BGeh+iDa/sm6jUMp2wds69v",
                        "GET",
                        "/doe.json",
                        "3798d4131c277846293534c3edc11bd8a5e4cdcbff78b05db9d95eeb1cec68a5"),
                new Vector(
                        "RFC 4475 user and password with SIP's INVITE",
                        Algorithm.MD5,
                        "bob",
                        "biloxi.com",
                        "zanzibar",
                        "dcd98b7102dd2f0e8b11d0f600bfb0c093",
                        "00000001",
                        "0a4f113b",
                        "INVITE",
                        "sip:bob@biloxi.com",
                        "89eb0059246c02b2f6ee02c7961d5ea3"));
    }

    @ParameterizedTest
    @MethodSource("vectors")
    void theRfcsVectorsHold(Vector vector) {
        byte[] ha1 = digester.ha1(vector.algorithm(), vector.username(), vector.realm(), vector.password());
        Credentials credentials = vector.credentials();
        assertThat(digester.response(vector.algorithm(), ha1, vector.method(), credentials))
                .asString(StandardCharsets.US_ASCII)
                .isEqualTo(vector.response());
        assertThat(digester.verify(vector.algorithm(), ha1, vector.method(), credentials))
                .isTrue();
        assertThat(digester.verify(vector.algorithm(), ha1, "BYE", credentials)).isFalse();
        assertThat(digester.verify(
                        vector.algorithm(),
                        digester.ha1(vector.algorithm(), vector.username(), vector.realm(), "other"),
                        vector.method(),
                        credentials))
                .isFalse();
    }

    @Test
    void aResponseInCapitalsIsTheSameResponse() {
        Vector vector = vectors().findFirst().orElseThrow();
        byte[] ha1 = digester.ha1(vector.algorithm(), vector.username(), vector.realm(), vector.password());
        Credentials capitals = vector.credentials()
                .withResponse("6629FAE49393A05397450978507C4EF1".getBytes(StandardCharsets.US_ASCII));
        assertThat(digester.verify(Algorithm.MD5, ha1, "GET", capitals)).isTrue();
    }

    @Test
    void whatWeAnswerTheServerAccepts() {
        for (Algorithm algorithm : Algorithm.values()) {
            Challenge challenge = Challenge.parse(
                    Challenge.of("example.com", "n1", algorithm, false).encode());
            Credentials answer = Credentials.parse(challenge
                    .answer(digester, "alice", "s\"ecret", "REGISTER", "sip:example.com", "c1", 31)
                    .orElseThrow()
                    .encode());
            assertThat(answer.nc()).isEqualTo("0000001f");
            assertThat(answer.count()).isEqualTo(31);
            byte[] ha1 = Hashes.of(digester, "alice", "example.com", "s\"ecret")
                    .of(algorithm)
                    .orElseThrow();
            assertThat(digester.verify(algorithm, ha1, "REGISTER", answer)).isTrue();
        }
    }

    @Test
    void theFirstChallengeThatWeSpeakInTheRealmWeTrustIsAnswered() {
        Challenge sha = Challenge.of("example.com", "a", Algorithm.SHA_256, false);
        Challenge md5 = Challenge.of("example.com", "b", Algorithm.MD5, false);
        Challenge aka = new Challenge("example.com", "c", "", "AKAv1-MD5", List.of("auth"), false, false);
        Challenge onlyInt = new Challenge("example.com", "d", "", "", List.of("auth-int"), false, false);
        Challenge other = Challenge.of("gateway.example", "e", Algorithm.MD5, false);
        assertThat(Challenge.choose(List.of(aka, onlyInt, sha, md5), "example.com"))
                .contains(sha);
        assertThat(Challenge.choose(List.of(md5, sha), "example.com")).contains(md5);
        assertThat(Challenge.choose(List.of(other), "example.com")).isEmpty();
        assertThat(aka.answer(digester, "alice", "x", "INVITE", "sip:b", "c", 1))
                .isEmpty();
    }

    @Test
    void hashesAreStoredByNameAndNeverShown() {
        Hashes hashes = Hashes.of(digester, "alice", "example.com", "secret");
        assertThat(hashes.encode().keySet()).containsExactly("MD5", "SHA-256", "SHA-512-256");
        assertThat(Hashes.parse(hashes.encode())).isEqualTo(hashes);
        assertThat(Hashes.parse(Map.of("MD4", "x")).byAlgorithm()).isEmpty();
        assertThat(hashes.toString()).doesNotContain(hashes.encode().get("MD5"));
        assertThatThrownBy(() -> Hashes.parse(Map.of("MD5", "secret"))).isInstanceOf(Malformed.class);
        assertThatThrownBy(() -> Hashes.parse(Map.of("MD5", "G".repeat(32)))).isInstanceOf(Malformed.class);
    }
}
