package dev.millrace.platform.doors.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.platform.testkit.Mutator;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A digest URI beside a Request-URI; the realm is example.com. */
class DigestUriTest {
    record Row(String name, String digest, String request, boolean fits) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Row> rows() {
        String bob = "sip:bob@example.com";
        return Stream.of(
                new Row("the same", bob, bob, true),
                new Row("parameters on one side", bob, bob + ";transport=tcp", true),
                new Row("port on one side", "sip:bob@example.com:5060", bob, true),
                new Row("host in another case", "sip:bob@EXAMPLE.com", bob, true),
                new Row("escaped user", "sip:b%6fb@example.com", bob, true),
                new Row("plus is no blank", "sip:+1%32@example.com", "sip:+12@example.com", true),
                new Row("sips for sip", "sips:bob@example.com", bob, true),
                new Row("headers", bob + "?subject=x", bob, true),
                new Row("password", "sip:bob:x@example.com", bob, true),
                new Row("sipp: address and port for everything", "sip:192.0.2.1:5060", bob, true),
                new Row("sipp over IPv6", "sip:[2001:db8::1]:5060", bob, true),
                new Row("sipp 3.6 over IPv6, without brackets", "sip:2001:db8::1:5060", bob, true),
                new Row("sipp 3.6 on the loopback address", "sip:::1:5060", bob, true),
                new Row("phone that knows the registrar's address", "sip:bob@192.0.2.1", bob, true),
                new Row("the realm for a request to an address", bob, "sip:bob@192.0.2.1:5080", true),
                new Row("registrar alone", "sip:example.com", "sip:192.0.2.1", true),
                new Row("tel", "tel:+12;phone-context=x", "tel:+12", true),
                new Row("another callee", "sip:bob@example.com", "sip:1900@example.com", false),
                new Row("callee in another case", "sip:Bob@example.com", bob, false),
                new Row("another domain", "sip:bob@other.example", bob, false),
                new Row("another domain without user", "sip:other.example", "sip:example.com", false),
                new Row("name that ends in a digit", "sip:host1", bob, false),
                new Row("user for none", bob, "sip:example.com", false),
                new Row("path of HTTP", "/index.html", bob, false),
                new Row("empty", "", bob, false));
    }

    @ParameterizedTest
    @MethodSource("rows")
    void rows(Row row) {
        assertThat(DigestUri.fits(row.digest(), row.request(), "example.com")).isEqualTo(row.fits());
    }

    @Test
    void whatTheNetworkSendsNeverThrows() {
        List<byte[]> samples =
                rows().map(row -> row.digest().getBytes(StandardCharsets.UTF_8)).toList();
        Mutator.of(3261)
                .run(
                        "digest uri",
                        200_000,
                        samples,
                        input -> DigestUri.fits(
                                new String(input, StandardCharsets.ISO_8859_1),
                                "sip:b%6fb@192.0.2.1;x",
                                "example.com"));
    }
}
