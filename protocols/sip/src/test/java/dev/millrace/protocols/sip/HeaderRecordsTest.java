package dev.millrace.protocols.sip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.millrace.protocols.wire.HeaderKey;
import dev.millrace.protocols.wire.Malformed;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

final class HeaderRecordsTest {
    /** A value, and how it is written; null: the value is malformed. */
    record Row(HeaderKey<?> key, String text, String written) {
        static Row broken(HeaderKey<?> key, String text) {
            return new Row(key, text, "");
        }
    }

    static final List<Row> ROWS = List.of(
            new Row(Keys.VIA, "SIP/2.0/UDP a", "SIP/2.0/UDP a"),
            new Row(
                    Keys.VIA,
                    " sip / 2.0 / tcp \t a.b : 5070 ; branch = x ;rport",
                    "SIP/2.0/TCP a.b:5070; branch = x ;rport"),
            new Row(Keys.VIA, "SIP/2.0/wss df7jal23ls0d.invalid;branch=z", "SIP/2.0/WSS df7jal23ls0d.invalid;branch=z"),
            new Row(Keys.VIA, "SIP/2.0/TLS-SCTP [::1]:1;x=\"a;b\"", "SIP/2.0/TLS-SCTP [::1]:1;x=\"a;b\""),
            Row.broken(Keys.VIA, ""),
            Row.broken(Keys.VIA, "SIP/2.0/UDP"),
            Row.broken(Keys.VIA, "SIP/2.0/UDP "),
            Row.broken(Keys.VIA, "SIP/2.0 UDP a"),
            Row.broken(Keys.VIA, "SIP/3.0/UDP a"),
            Row.broken(Keys.VIA, "SIP/2.0/UDP a:"),
            Row.broken(Keys.VIA, "SIP/2.0/UDP a:65536"),
            Row.broken(Keys.VIA, "SIP/2.0/UDP a b"),
            Row.broken(Keys.VIA, "SIP/2.0/UDP a;"),
            Row.broken(Keys.VIA, "SIP/2.0/UDP a;;b"),
            Row.broken(Keys.VIA, "SIP/2.0/UDP a;b="),
            Row.broken(Keys.VIA, "SIP/2.0/UDP a;b=\"c"),
            Row.broken(Keys.VIA, "SIP/2.0/UDP [::1;b"),
            Row.broken(Keys.VIA, "SIP/2.0/UDP ::1"),
            new Row(Keys.TO, "sip:a@b;tag=x", "<sip:a@b>;tag=x"),
            new Row(Keys.TO, "<sip:a@b;lr>;tag=x", "<sip:a@b;lr>;tag=x"),
            new Row(Keys.TO, "A. B <sip:a@b> ; tag = x", "\"A. B\" <sip:a@b>; tag = x"),
            new Row(Keys.TO, "\"A, \\\"B\\\" <x>\" <sip:a@b>", "\"A, \\\"B\\\" <x>\" <sip:a@b>"),
            new Row(Keys.TO, "\"\"<sip:a@b>", "<sip:a@b>"),
            new Row(Keys.TO, "Büro (oben) <tel:+49>", "\"Büro (oben)\" <tel:+49>"),
            new Row(Keys.TO, "<urn:service:sos>", "<urn:service:sos>"),
            Row.broken(Keys.TO, ""),
            Row.broken(Keys.TO, "\"a"),
            Row.broken(Keys.TO, "\"a\\"),
            Row.broken(Keys.TO, "\"a\" sip:a@b"),
            Row.broken(Keys.TO, "<sip:a@b"),
            Row.broken(Keys.TO, "sip:a@b>"),
            Row.broken(Keys.TO, "<>"),
            Row.broken(Keys.TO, "<sip:a@b>x"),
            Row.broken(Keys.TO, "<sip:a@b>;"),
            Row.broken(Keys.TO, "<sip:a@b>;=x"),
            Row.broken(Keys.TO, "<sip:a@b>;tag=\"x"),
            Row.broken(Keys.TO, "a, b <sip:a@b>"),
            Row.broken(Keys.TO, "sip:a@b,sip:c@d"),
            Row.broken(Keys.TO, "sip:a@b?x=y"),
            new Row(Keys.CONTACTS, "*", "*"),
            new Row(Keys.CONTACTS, "sip:a@b;q=0.5", "<sip:a@b>;q=0.5"),
            Row.broken(Keys.CONTACTS, "**"),
            Row.broken(Keys.CONTACTS, "*;expires=0"),
            new Row(Keys.CSEQ, "0009 INVITE", "9 INVITE"),
            new Row(Keys.CSEQ, "4294967295\tX", "4294967295 X"),
            Row.broken(Keys.CSEQ, ""),
            Row.broken(Keys.CSEQ, "1"),
            Row.broken(Keys.CSEQ, "INVITE"),
            Row.broken(Keys.CSEQ, "-1 INVITE"),
            Row.broken(Keys.CSEQ, "4294967296 INVITE"),
            Row.broken(Keys.CSEQ, "1INVITE"),
            Row.broken(Keys.CSEQ, "1 INVITE x"),
            Row.broken(Keys.CSEQ, "1 IN(VITE"),
            new Row(Keys.EXPIRES, "60", "60"),
            new Row(Keys.EXPIRES, "soon", "3600"),
            new Row(Keys.EXPIRES, "99999999999999999999999", "3600"),
            new Row(Keys.MIN_EXPIRES, "60", "60"),
            Row.broken(Keys.MIN_EXPIRES, "-1"));

    @ParameterizedTest
    @FieldSource("ROWS")
    void valueThereAndBack(Row row) {
        check(row, row.key);
    }

    private static <T> void check(Row row, HeaderKey<T> key) {
        if (row.written.isEmpty()) {
            assertThatExceptionOfType(Malformed.class)
                    .isThrownBy(() -> key.parse().apply(row.text));
            return;
        }
        T value = key.parse().apply(row.text);
        assertThat(key.encode().apply(value)).isEqualTo(row.written);
        assertThat(key.parse().apply(row.written)).isEqualTo(value);
    }

    @Test
    void via() {
        Via via = Via.parse("SIP/2.0/UDP 10.0.0.1:5066;branch=z9hG4bK1;rport;received=[2001:db8::1];maddr=m");
        assertThat(via.branch()).contains("z9hG4bK1");
        assertThat(via.rport()).isZero();
        assertThat(via.received()).contains("2001:db8::1");
        assertThat(via.maddr()).contains("m");
        assertThat(Via.parse("SIP/2.0/UDP a").rport()).isEqualTo(-1);
        assertThatExceptionOfType(Malformed.class)
                .isThrownBy(() -> Via.parse("SIP/2.0/UDP a;rport=99999").rport());
    }

    /** RFC 3261 section 18.2.1 and RFC 3581 section 4; a forged {@code received} does not survive. */
    @Test
    void viaSeenFrom() {
        assertThat(Via.parse("SIP/2.0/UDP 10.0.0.1;rport;branch=b")
                        .seenFrom("192.0.2.9", 1234)
                        .encode())
                .isEqualTo("SIP/2.0/UDP 10.0.0.1;rport=1234;branch=b;received=192.0.2.9");
        assertThat(Via.parse("SIP/2.0/UDP 10.0.0.1;rport=1;received=1.2.3.4")
                        .seenFrom("10.0.0.1", 5060)
                        .encode())
                .isEqualTo("SIP/2.0/UDP 10.0.0.1;rport=5060;received=10.0.0.1");
        assertThat(Via.parse("SIP/2.0/UDP name.example")
                        .seenFrom("2001:db8::1", 5060)
                        .encode())
                .isEqualTo("SIP/2.0/UDP name.example;received=2001:db8::1");
        assertThat(Via.parse("SIP/2.0/UDP 10.0.0.1;received=1.2.3.4")
                        .seenFrom("10.0.0.1", 5060)
                        .encode())
                .isEqualTo("SIP/2.0/UDP 10.0.0.1");
        Via same = Via.parse("SIP/2.0/UDP [2001:db8:0::1];branch=b");
        assertThat(same.seenFrom("2001:DB8::1", 5060)).isSameAs(same);
    }

    @Test
    void contact() {
        Contact.Address contact = (Contact.Address) Contact.parse(
                "\"A\" <sip:a@b>;q=0.7;expires=60;+sip.instance=\"<urn:uuid:0C67446E-F1A1-11D9-94D3-000A95A0E128>\";reg-id=2"
                        + ";pub-gruu=\"sip:a@b;gr=urn:uuid:x\";temp-gruu=\"sip:t@b;gr\"");
        assertThat(contact.q1000()).isEqualTo(700);
        assertThat(contact.expires()).isEqualTo(60);
        assertThat(contact.instance()).contains("urn:uuid:0C67446E-F1A1-11D9-94D3-000A95A0E128");
        assertThat(contact.regId()).isEqualTo(2);
        assertThat(contact.address().params().value("pub-gruu")).contains("sip:a@b;gr=urn:uuid:x");
        Contact.Address bare = Contact.of(Uri.parse("sip:a"));
        assertThat(bare.q1000()).isEqualTo(1_000);
        assertThat(bare.expires()).isEqualTo(-1);
        assertThat(bare.regId()).isZero();
        assertThat(bare.with("expires", "5").expires()).isEqualTo(5);
        assertThat(bare.with("expires", "280297596632815").expires()).isEqualTo(3_600);
        assertThat(bare.with("+sip.instance", "<urn:x>").encode()).isEqualTo("<sip:a>;+sip.instance=\"<urn:x>\"");
    }

    @Test
    void q() {
        List<String> good = List.of("0", "1", "0.", "1.", "0.5", "0.05", "0.005", "1.000", "0.000");
        List<Integer> values = List.of(0, 1000, 0, 1000, 500, 50, 5, 1000, 0);
        for (int i = 0; i < good.size(); i++) {
            assertThat(Contact.of(Uri.parse("sip:a")).with("q", good.get(i)).q1000())
                    .isEqualTo(values.get(i));
        }
        for (String bad : List.of("2", "1.1", "0.0001", "-1", ".5", "0,5", "x", "1.001", "00", "0.5 ")) {
            Contact.Address contact = Contact.of(Uri.parse("sip:a")).with("q", bad);
            assertThatExceptionOfType(Malformed.class).isThrownBy(contact::q1000);
        }
    }

    @Test
    void params() {
        Params params = Params.parse(" ; a = b ;C=\"d;\\\"e\" ; f;A=second");
        assertThat(params.value("A")).contains("b");
        assertThat(params.value("c")).contains("d;\"e");
        assertThat(params.value("F")).contains("");
        assertThat(params.value("d")).isEmpty();
        assertThat(params.has("f")).isTrue();
        assertThat(params.all()).extracting(Params.Param::name).containsExactly("a", "C", "f", "A");
        assertThat(params.all()).extracting(Params.Param::value).containsExactly("b", "d;\"e", null, "second");
        assertThat(params.without("a").encode()).isEqualTo(" ;C=\"d;\\\"e\" ; f");
        assertThat(params.with("c", "x").with("new", "with blank").encode())
                .isEqualTo("; a = b ;c=x ; f;A=second;new=\"with blank\"");
        assertThat(params.with("f", null).all()).isEqualTo(params.all());
        assertThat(Params.NONE.with("a", null).encode()).isEqualTo(";a");
        assertThat(Params.NONE.with("a", "2001:db8::1").encode()).isEqualTo(";a=2001:db8::1");
        assertThat(Params.NONE.with("a", "").encode()).isEqualTo(";a=\"\"");
        assertThat(Params.parse("")).isEqualTo(Params.NONE).hasSameHashCodeAs(Params.NONE);
        assertThatExceptionOfType(Malformed.class).isThrownBy(() -> Params.parse("a=b"));
    }

    @Test
    void nameAddr() {
        NameAddr address = NameAddr.of(Uri.parse("tel:1")).with("tag", "x");
        assertThat(address.encode()).isEqualTo("<tel:1>;tag=x");
        assertThatExceptionOfType(Malformed.class).isThrownBy(address::sipUri);
        assertThat(address.with(Uri.parse("sip:a")).sipUri().host()).isEqualTo("a");
        assertThat(new NameAddr("a\"\\b", Uri.parse("sip:a"), Params.NONE).encode())
                .isEqualTo("\"a\\\"\\\\b\" <sip:a>");
    }
}
