package dev.millrace.protocols.sip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.millrace.protocols.wire.Malformed;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

final class UriTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "sip:a",
                "sip:alice@atlanta.example",
                "sips:alice:secretword@atlanta.example;transport=tcp",
                "sip:alice@atlanta.example?subject=project%20x&priority=urgent",
                "sip:+1-212-555-1212:1234@gateway.example;user=phone",
                "sip:atlanta.example;method=REGISTER?to=alice%40atlanta.example",
                "sip:alice;day=tuesday@atlanta.example",
                "sip:a@[2001:db8::1]:5061;lr;maddr=[2001:db8::2]",
                "sip:a@192.0.2.1:1",
                "sip:a@192.0.2.1:65535",
                "sip:*21#@pbx_1.local",
                "sip:%00%ff@a",
                "sip:a@b;[odd]/:&+$=[]/:&+$",
                "tel:+1-201-555-0123",
                "tel:7042;phone-context=example.com",
                "tel:*99#;ext=1",
                "urn:service:sos",
                "im:a@b",
                "mailto:a@b?subject=x",
                "X-1+2.3:anything,;?/@"
            })
    void thereAndBack(String text) {
        Uri uri = Uri.parse(text);
        assertThat(uri.encode()).isEqualToIgnoringCase(text);
        assertThat(Uri.parse(uri.encode())).isEqualTo(uri);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ":",
                "sip",
                "sip:",
                "sip:@a",
                "sip:a@",
                "sip:a@@b",
                "sip:a:b:c@d",
                "sip: a@b",
                "sip:a b@c",
                "sip:a@b c",
                "sip:a@b:",
                "sip:a@b:x",
                "sip:a@b:65536",
                "sip:a@b:4294967296",
                "sip:a@b:-1",
                "sip:a@b:99999999999999999999",
                "sip:a@b;",
                "sip:a@b;;lr",
                "sip:a@b;=x",
                "sip:a@b;x=",
                "sip:a@b;x=\"y\"",
                "sip:a@b?",
                "sip:a@b/x",
                "sip:a@b,c",
                "sip:a%@b",
                "sip:a%4@b",
                "sip:a%4g@b",
                "sip:a@b;x=%",
                "sip:a@b?x=%1",
                "sip:\"a\"@b",
                "sip:<a@b>",
                "sip:a\0@b",
                "sip:\u00FC@b",
                "sip:a@b\u00FC",
                "sip:a@[::1",
                "sip:a@[]",
                "sip:a@[192.0.2.1]",
                "sip:a@[::g]",
                "sip:a@2001:db8::1",
                "tel:",
                "tel:+",
                "tel:abcx",
                "tel:1;",
                "tel:1 2",
                "1x:y",
                "x y:z",
                "http:",
                "http:a b",
                "http:\"",
                "http:<>",
                "://x"
            })
    void broken(String text) {
        assertThatExceptionOfType(Malformed.class).isThrownBy(() -> Uri.parse(text));
    }

    @Test
    void parts() {
        SipUri uri = SipUri.parse("SIPS:a%20b;c=d:pw@Host.Example:5071;Transport=TLS;lr;x=%41?a=b&c=d");
        assertThat(uri.secure()).isTrue();
        assertThat(uri.user()).isEqualTo("a%20b;c=d");
        assertThat(uri.plainUser()).isEqualTo("a b;c=d");
        assertThat(uri.password()).isEqualTo("pw");
        assertThat(uri.host()).isEqualTo("Host.Example");
        assertThat(uri.plainHost()).isEqualTo("host.example");
        assertThat(uri.port()).isEqualTo(5071);
        assertThat(uri.transport()).contains("tls");
        assertThat(uri.loose()).isTrue();
        assertThat(uri.params().value("X")).contains("A");
        assertThat(uri.headers()).isEqualTo("a=b&c=d");
        assertThat(uri).asString().doesNotContain("pw");
        assertThat(uri.asRequestUri().encode()).doesNotContain("?");
        assertThat(SipUri.parse("sip:a@[2001:DB8::1]").plainHost()).isEqualTo("2001:db8::1");
        assertThat(((TelUri) Uri.parse("tel:+1-(201).555")).digits()).isEqualTo("+1201555");
        assertThat(Uri.parse("IM:a@b").scheme()).isEqualTo("im");
    }

    @Test
    void changes() {
        SipUri uri = SipUri.of("a b", "host", 5060);
        assertThat(uri.encode()).isEqualTo("sip:a%20b@host:5060");
        assertThat(SipUri.of("", "2001:db8::1", 5060).encode()).isEqualTo("sip:[2001:db8::1]:5060");
        assertThat(Via.of("UDP", "2001:db8::1", -1).encode()).isEqualTo("SIP/2.0/UDP [2001:db8::1]");
        assertThat(uri.with("transport", "tcp").with("lr", "").encode())
                .isEqualTo("sip:a%20b@host:5060;transport=tcp;lr");
        assertThat(uri.with("transport", "tcp").with("Transport", "udp").encode())
                .isEqualTo("sip:a%20b@host:5060;Transport=udp");
        assertThat(uri.with("x", "a;b=\"%").encode()).isEqualTo("sip:a%20b@host:5060;x=a%3Bb%3D%22%25");
        assertThat(uri.with("x", "a;b=\"%").params().value("x")).contains("a;b=\"%");
        assertThat(SipUri.parse("sip:a@b;lr;x;LR=on").without("lr").encode()).isEqualTo("sip:a@b;x");
        assertThat(uri.without("lr")).isSameAs(uri);
        assertThatExceptionOfType(Malformed.class).isThrownBy(() -> SipUri.parse("tel:1"));
    }

    @Test
    void limits() {
        assertThatExceptionOfType(Malformed.class)
                .isThrownBy(() -> Uri.parse("sip:" + "a".repeat(Limits.URI)))
                .matches(malformed -> malformed.rule().equals("uri-length"));
        assertThatExceptionOfType(Malformed.class).isThrownBy(() -> Uri.parse("sip:" + "a".repeat(256)));
        assertThat(Uri.parse("sip:" + "a".repeat(255))).isNotNull();
    }

    /** {@code same}: whether RFC 3261 section 19.1.4 takes both for one. */
    record Pair(String one, String two, boolean same) {}

    static final List<Pair> PAIRS = List.of(
            new Pair("sip:%61lice@atlanta.example;transport=TCP", "sip:alice@AtLanTa.example;Transport=tcp", true),
            new Pair("sip:carol@chicago.example", "sip:carol@chicago.example;newparam=5", true),
            new Pair("sip:carol@chicago.example;newparam=5", "sip:carol@chicago.example;security=on", true),
            new Pair(
                    "sip:biloxi.example;transport=tcp;method=REGISTER?to=sip:bob%40biloxi.example",
                    "sip:biloxi.example;method=REGISTER;transport=tcp?to=sip:bob%40biloxi.example", true),
            new Pair(
                    "sip:alice@atlanta.example?subject=project%20x&priority=urgent",
                    "sip:alice@atlanta.example?priority=urgent&subject=project%20x", true),
            new Pair("SIP:ALICE@AtLanTa.example", "sip:alice@AtLanTa.example", false),
            new Pair("sip:bob@biloxi.example", "sip:bob@biloxi.example:5060", false),
            new Pair("sip:bob@biloxi.example", "sip:bob@biloxi.example;transport=udp", false),
            new Pair("sip:bob@biloxi.example", "sip:bob@biloxi.example:6000;transport=tcp", false),
            new Pair("sip:carol@chicago.example", "sip:carol@chicago.example?Subject=next%20meeting", false),
            new Pair("sip:carol@chicago.example", "sips:carol@chicago.example", false),
            new Pair("sip:carol@chicago.example;a=1", "sip:carol@chicago.example;a=2", false),
            new Pair("sip:carol@chicago.example;a=X", "sip:carol@chicago.example;A=x;b=1", true),
            new Pair("sip:carol@chicago.example;%61=x", "sip:carol@chicago.example;a=%78", true),
            new Pair("sip:carol@a;maddr=192.0.2.1", "sip:carol@a", false),
            new Pair("sip:carol@a;user=phone", "sip:carol@a", false),
            new Pair("sip:carol:x@a", "sip:carol@a", false),
            new Pair("sip:carol@a", "sip:a", false),
            // RFC 5954: addresses, not their text.
            new Pair("sip:a@[2001:db8::9:1]", "sip:a@[2001:DB8:0:0::0009:0001]", true),
            new Pair("sip:a@[::ffff:192.0.2.1]", "sip:a@[0:0:0:0:0:FFFF:c000:201]", true),
            new Pair("sip:a@[2001:db8::1]", "sip:a@[2001:db8::10]", false),
            new Pair("sip:%00@a", "sip:%00%00@a", false),
            // A reserved character and its escape are two things; how the escape is spelled makes no difference.
            new Pair("sip:a%3bb@a", "sip:a;b@a", false),
            new Pair("sip:a%3bb@a", "sip:a%3Bb@a", true),
            new Pair("sip:a%2b1@a", "sip:a+1@a", false),
            new Pair("sip:%28a%29@a", "sip:(a)@a", true));

    @ParameterizedTest
    @FieldSource("PAIRS")
    void comparison(Pair pair) {
        SipUri one = SipUri.parse(pair.one);
        SipUri two = SipUri.parse(pair.two);
        assertThat(one.sameAs(two)).isEqualTo(pair.same);
        assertThat(two.sameAs(one)).isEqualTo(pair.same);
        assertThat(one.sameAs(one)).isTrue();
    }

    @Test
    void addressOfRecord() {
        assertThat(SipUri.parse("sips:%41lice:pw@Mill.EXAMPLE:5061;user=phone?x=y")
                        .addressOfRecord())
                .isEqualTo("sip:Alice@mill.example");
        assertThat(SipUri.parse("sip:Mill.example").addressOfRecord()).isEqualTo("sip:mill.example");
        assertThat(SipUri.parse("sip:a%2eb%40c%c3%bc%00@x").addressOfRecord()).isEqualTo("sip:a.b%40c%C3%BC%00@x");
        assertThat(SipUri.parse("sip:a%2Eb%40c%C3%bc%00@x").addressOfRecord()).isEqualTo("sip:a.b%40c%C3%BC%00@x");
    }
}
