package dev.millrace.protocols.sip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.millrace.protocols.wire.Framed;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/**
 * The torture messages of RFC 4475 and RFC 5118, each with what an element makes of it: the RFC's own bytes out of the folder
 * that MILLRACE_CORPUS names, and a message of our own for each of their points. Both stand under the same row.
 */
final class TortureTest {
    private static final int ACCEPTED = 0;
    /** A response that is thrown away: nobody is told. */
    private static final int DROPPED = -1;

    private static final byte[] OPTIONS = Samples.bytes(Samples.text("""
        OPTIONS sip:mill.example SIP/2.0
        Via: SIP/2.0/TCP 192.0.2.1;branch=z9hG4bKafter
        Max-Forwards: 70
        To: <sip:mill.example>
        From: <sip:a@mill.example>;tag=1
        Call-ID: afterwards
        CSeq: 1 OPTIONS
        Content-Length: 0

        """));

    /** Who looks at the message. */
    enum By {
        ANYBODY,
        PROXY,
        REGISTRAR,
        AGENT
    }

    /** What is wrong with the published file, not with the RFC's message. */
    enum Flaw {
        NONE,
        CONTENT_LENGTH_OF_OTHER_LINE_ENDS,
        NO_EMPTY_LINE
    }

    record Row(String section, String name, By by, int outcome, Flaw flaw, Consumer<Message> facts) {
        boolean v6() {
            return section.startsWith("5118");
        }

        @Override
        public String toString() {
            return section + " " + name + " " + by;
        }
    }

    private static Row row(String section, String name, By by, int outcome) {
        return new Row(section, name, by, outcome, Flaw.NONE, message -> {});
    }

    private static Row row(String section, String name, By by, int outcome, Consumer<Message> facts) {
        return new Row(section, name, by, outcome, Flaw.NONE, facts);
    }

    private static Row flawed(String section, String name, int outcome, Flaw flaw, Consumer<Message> facts) {
        return new Row(section, name, By.PROXY, outcome, flaw, facts);
    }

    static final List<Row> ROWS = List.of(
            // RFC 4475 section 3.1.1: valid.
            row("4475 3.1.1.1", "wsinv", By.PROXY, ACCEPTED, TortureTest::tortuous),
            row("4475 3.1.1.2", "intmeth", By.PROXY, ACCEPTED, TortureTest::characters),
            row("4475 3.1.1.3", "esc01", By.PROXY, ACCEPTED, TortureTest::escapes),
            row("4475 3.1.1.4", "escnull", By.REGISTRAR, ACCEPTED, m -> {
                assertThat(m.to().sipUri().plainUser()).contains("\0");
                assertThat(m.to().sipUri().addressOfRecord()).contains("%00");
                List<Contact> contacts = m.all(Keys.CONTACTS);
                assertThat(sip(contacts.get(0)).sameAs(sip(contacts.get(1)))).isFalse();
            }),
            row("4475 3.1.1.5", "esc02", By.PROXY, ACCEPTED, m -> {
                assertThat(m.method()).startsWith("RE%47IST");
                assertThat(m.from().display()).startsWith("%");
                assertThat(m.all(Keys.CONTACTS)).hasSize(2);
            }),
            row(
                    "4475 3.1.1.6",
                    "lwsdisp",
                    By.PROXY,
                    ACCEPTED,
                    m -> assertThat(m.from().display()).matches("caller|mole")),
            row(
                    "4475 3.1.1.7",
                    "longreq",
                    By.PROXY,
                    ACCEPTED,
                    m -> assertThat(m.vias().size()).isGreaterThan(33)),
            row(
                    "4475 3.1.1.8",
                    "dblreq",
                    By.REGISTRAR,
                    ACCEPTED,
                    m -> assertThat(m.bodyLength()).isZero()),
            row("4475 3.1.1.9", "semiuri", By.PROXY, ACCEPTED, m -> {
                assertThat(sip(m).user()).contains(";").contains("%40");
                assertThat(sip(m).params().isEmpty()).isTrue();
                assertThat(m.all(Keys.ACCEPT)).hasSize(6);
            }),
            row(
                    "4475 3.1.1.10",
                    "transports",
                    By.PROXY,
                    ACCEPTED,
                    m -> assertThat(m.vias())
                            .extracting(Via::transport)
                            .contains("UDP", "SCTP", "TLS", "TCP")
                            .hasSize(5)),
            row("4475 3.1.1.11", "mpart01", By.PROXY, ACCEPTED, m -> {
                assertThat(m.topVia().rport()).isZero();
                assertThat(m.routes()).hasSize(1);
                assertThat(new String(m.body(), StandardCharsets.ISO_8859_1))
                        .startsWith("--")
                        .endsWith("--\r\n");
            }),
            row(
                    "4475 3.1.1.12",
                    "unreason",
                    By.ANYBODY,
                    ACCEPTED,
                    m -> assertThat(((Response) m).reason()).startsWith("= 2**3 *")),
            row(
                    "4475 3.1.1.13",
                    "noreason",
                    By.ANYBODY,
                    ACCEPTED,
                    m -> assertThat(((Response) m).reason()).isEmpty()),
            // Section 3.1.2: invalid.
            row("4475 3.1.2.1", "badinv01", By.ANYBODY, 400),
            row("4475 3.1.2.2", "clerr", By.ANYBODY, 400),
            row("4475 3.1.2.3", "ncl", By.ANYBODY, 400),
            row("4475 3.1.2.4", "scalar02", By.ANYBODY, 400),
            row("4475 3.1.2.5", "scalarlg", By.ANYBODY, DROPPED),
            row("4475 3.1.2.6", "quotbal", By.ANYBODY, 400),
            row("4475 3.1.2.7", "ltgtruri", By.ANYBODY, 400),
            row("4475 3.1.2.8", "lwsruri", By.ANYBODY, 400),
            row("4475 3.1.2.9", "lwsstart", By.ANYBODY, 400),
            row("4475 3.1.2.10", "trws", By.ANYBODY, 400),
            row("4475 3.1.2.11", "escruri", By.ANYBODY, 400),
            row("4475 3.1.2.12", "baddate", By.PROXY, ACCEPTED),
            row("4475 3.1.2.13", "regbadct", By.ANYBODY, 400),
            row("4475 3.1.2.14", "badaspec", By.ANYBODY, 400),
            new Row("4475 3.1.2.15", "baddn", By.ANYBODY, 400, Flaw.NO_EMPTY_LINE, m -> {}),
            row("4475 3.1.2.16", "badvers", By.ANYBODY, 505),
            row("4475 3.1.2.17", "mismatch01", By.ANYBODY, 400),
            row("4475 3.1.2.18", "mismatch02", By.ANYBODY, 501),
            row("4475 3.1.2.19", "bigcode", By.ANYBODY, DROPPED),
            // Section 3.2: taken as RFC 2543 has it.
            row(
                    "4475 3.2.1",
                    "badbranch",
                    By.PROXY,
                    ACCEPTED,
                    m -> assertThat(m.topVia().branch()).contains(Via.COOKIE)),
            // Section 3.3: what the layers above ask for.
            row("4475 3.3.1", "insuf", By.ANYBODY, 400),
            row("4475 3.3.2", "unkscm", By.PROXY, 416),
            row("4475 3.3.3", "novelsc", By.PROXY, 416),
            row("4475 3.3.4", "unksm2", By.PROXY, ACCEPTED),
            row("4475 3.3.4", "unksm2", By.REGISTRAR, 400),
            row("4475 3.3.5", "bext01", By.PROXY, 420),
            row("4475 3.3.5", "bext01", By.AGENT, 420),
            row("4475 3.3.6", "invut", By.PROXY, ACCEPTED),
            row("4475 3.3.7", "regaut01", By.REGISTRAR, ACCEPTED),
            row("4475 3.3.8", "multi01", By.ANYBODY, 400),
            row("4475 3.3.9", "mcl01", By.ANYBODY, 400),
            row("4475 3.3.10", "bcast", By.ANYBODY, DROPPED),
            row("4475 3.3.11", "zeromf", By.PROXY, 483),
            row("4475 3.3.11", "zeromf", By.AGENT, ACCEPTED),
            row("4475 3.3.12", "cparam01", By.REGISTRAR, ACCEPTED, m -> {
                assertThat(sip(m.all(Keys.CONTACTS).getFirst()).params().isEmpty())
                        .isTrue();
                assertThat(address(m).address().params().all()).hasSize(1);
            }),
            row("4475 3.3.13", "cparam02", By.REGISTRAR, ACCEPTED, m -> {
                assertThat(sip(m.all(Keys.CONTACTS).getFirst()).params().all()).hasSize(1);
                assertThat(address(m).address().params().isEmpty()).isTrue();
            }),
            row(
                    "4475 3.3.14",
                    "regescrt",
                    By.REGISTRAR,
                    ACCEPTED,
                    m -> assertThat(sip(m.all(Keys.CONTACTS).getFirst()).headers())
                            .startsWith("Route=%3C")),
            row("4475 3.3.15", "sdp01", By.PROXY, ACCEPTED),
            // Section 3.4.
            row("4475 3.4.1", "inv2543", By.PROXY, ACCEPTED, m -> {
                assertThat(m.from().tag()).isEmpty();
                assertThat(m.topVia().branch()).isEmpty();
                assertThat(m.bodyLength()).isPositive();
            }),
            // RFC 5118 section 4.
            row("5118 4.1", "ipv6-good", By.REGISTRAR, ACCEPTED),
            row("5118 4.2", "ipv6-bad", By.ANYBODY, 400),
            row(
                    "5118 4.3",
                    "port-ambiguous",
                    By.REGISTRAR,
                    ACCEPTED,
                    m -> assertThat(sip(m).port()).isEqualTo(-1)),
            row(
                    "5118 4.4",
                    "port-unambiguous",
                    By.REGISTRAR,
                    ACCEPTED,
                    m -> assertThat(sip(m).port()).isBetween(5070, 5080)),
            row("5118 4.5", "via-received-param-with-delim", By.PROXY, ACCEPTED, TortureTest::received),
            row("5118 4.5", "via-received-param-no-delim", By.PROXY, ACCEPTED, TortureTest::received),
            flawed(
                    "5118 4.6",
                    "ipv6-in-sdp",
                    ACCEPTED,
                    Flaw.CONTENT_LENGTH_OF_OTHER_LINE_ENDS,
                    m -> assertThat(new String(m.body(), StandardCharsets.UTF_8))
                            .contains("c=IN IP6")),
            row(
                    "5118 4.7",
                    "mult-ip-in-header",
                    By.PROXY,
                    ACCEPTED,
                    m -> assertThat(m.vias()).hasSize(3)),
            flawed(
                    "5118 4.8",
                    "mult-ip-in-sdp",
                    ACCEPTED,
                    Flaw.CONTENT_LENGTH_OF_OTHER_LINE_ENDS,
                    m -> assertThat(new String(m.body(), StandardCharsets.UTF_8))
                            .contains("c=IN IP4")
                            .contains("c=IN IP6")),
            flawed(
                    "5118 4.9",
                    "ipv4-mapped-ipv6",
                    ACCEPTED,
                    Flaw.CONTENT_LENGTH_OF_OTHER_LINE_ENDS,
                    m -> assertThat(m.topVia().host()).startsWith("[::ffff:")),
            flawed(
                    "5118 4.10",
                    "ipv6-bug-abnf-3-colons",
                    ACCEPTED,
                    Flaw.NO_EMPTY_LINE,
                    m -> assertThat(sip(m).host()).contains(":::")),
            flawed(
                    "5118 4.10",
                    "ipv6-correct-abnf-2-colons",
                    ACCEPTED,
                    Flaw.NO_EMPTY_LINE,
                    m -> assertThat(sip(m).host()).doesNotContain(":::")));

    @BeforeAll
    static void sayWhatIsRun() {
        System.out.println(
                System.getenv("MILLRACE_CORPUS") == null
                        ? "torture: MILLRACE_CORPUS is not set, the 61 messages of the RFCs are SKIPPED; 61 of our own"
                                + " are run"
                        : "torture: 49 messages of RFC 4475 and 12 of RFC 5118, and as many of our own");
    }

    @Test
    void everyMessageHasARow() {
        assertThat(ROWS.stream().filter(row -> !row.v6()).map(Row::name).distinct())
                .hasSize(49);
        assertThat(ROWS.stream().filter(Row::v6).map(Row::name).distinct()).hasSize(12);
    }

    @ParameterizedTest
    @FieldSource("ROWS")
    void ofOurOwn(Row row) {
        judge(row, own(row));
    }

    @ParameterizedTest
    @FieldSource("ROWS")
    void ofTheRfc(Row row) throws IOException {
        judge(row, mended(corpus(row.v6() ? "rfc5118" : "rfc4475", row.name), row.flaw));
    }

    /** The published file as it is: by RFC 3261 section 18.3 the datagram is too short for what it claims. */
    @Test
    void unmendedIpv6InSdpIsRefused() throws IOException {
        assertThat(outcome(corpus("rfc5118", "ipv6-in-sdp"), By.PROXY, message -> {}))
                .isEqualTo(400);
    }

    private static void judge(Row row, byte[] wire) {
        assertThat(outcome(wire, row.by, row.facts)).isEqualTo(row.outcome);
        overAStream(row, wire);
    }

    /** What the element does with a datagram. */
    private static int outcome(byte[] wire, By by, Consumer<Message> facts) {
        byte[] before = wire.clone();
        int outcome = switch (Parser.parse(wire, 0, wire.length)) {
            case Framed.NeedMore<Message> _ -> throw new AssertionError("not seen as a message");
            case Framed.Broken<Message> broken ->
                answerTo(Parser.answerable(wire, 0, wire.length), Refusal.of(broken.why()));
            case Framed.Message<Message> framed -> {
                Message message = framed.message();
                int status = outcome(message, by);
                if (status == ACCEPTED) {
                    facts.accept(message);
                    assertThat(message.encode()).isEqualTo(Arrays.copyOf(wire, message.length()));
                    assertThat(message.edit().build().edit().build())
                            .isEqualTo(message.edit().build());
                }
                yield status;
            }
        };
        assertThat(wire).isEqualTo(before);
        return outcome;
    }

    private static int outcome(Message message, By by) {
        return switch (message) {
            case Request request -> {
                Optional<Refusal> refusal = Validity.check(request);
                if (refusal.isEmpty()) {
                    refusal = switch (by) {
                        case ANYBODY -> Optional.empty();
                        case PROXY -> Validity.forProxy(request, Set.of());
                        case REGISTRAR -> Validity.forRegistrar(request, Set.of());
                        case AGENT -> Validity.forAgent(request, Set.of());
                    };
                }
                yield refusal.isEmpty() ? ACCEPTED : answerTo(Optional.of(request), refusal.get());
            }
            case Response response -> Validity.check(response).isEmpty() ? ACCEPTED : DROPPED;
        };
    }

    /** The status of the answer, which has to be a response that can be sent. */
    private static int answerTo(Optional<Request> request, Refusal refusal) {
        if (request.isEmpty()) {
            return DROPPED;
        }
        byte[] answer = refusal.answer(request.get(), "tag").encode();
        Framed<Message> framed = Parser.parse(answer, 0, answer.length);
        assertThat(framed).isInstanceOf(Framed.Message.class);
        Response response = (Response) ((Framed.Message<Message>) framed).message();
        assertThat(response.count(Keys.VIA)).isEqualTo(request.get().count(Keys.VIA));
        if (refusal.status() == 420) {
            assertThat(response.all(Keys.UNSUPPORTEDS)).hasSize(2);
        }
        return response.status();
    }

    /** The same over TCP: the same answer, or the end of the connection; what follows a message is read as if alone. */
    private static void overAStream(Row row, byte[] wire) {
        StreamFramer framer = new StreamFramer();
        framer.append(ByteBuffer.wrap(wire, 0, wire.length));
        Framed<Inbound> first = framer.next();
        if (first instanceof Framed.Broken<Inbound> broken) {
            boolean lengthMissing = row.name.equals("inv2543");
            int answer = answerTo(framer.answerable(), Refusal.of(broken.why()));
            assertThat(answer).isEqualTo(lengthMissing ? 400 : row.outcome);
            return;
        }
        if (first instanceof Framed.NeedMore<Inbound>) {
            assertThat(row.name).isEqualTo("clerr");
            return;
        }
        assertThat(outcome((Message) ((Framed.Message<Inbound>) first).message(), row.by))
                .isEqualTo(row.outcome);
        if (row.name.equals("dblreq")) {
            // What a datagram throws away is over a stream the next request.
            assertThat(framer.next()).isEqualTo(new Framed.Message<>(KeepAlive.PONG, 2));
            assertThat(framer.next()).isInstanceOf(Framed.Message.class);
            return;
        }
        framer.append(ByteBuffer.wrap(OPTIONS, 0, OPTIONS.length));
        Message last = null;
        while (framer.next() instanceof Framed.Message<Inbound>(Inbound inbound, int consumed) && consumed > 0) {
            last = inbound instanceof Message message ? message : last;
        }
        assertThat(Objects.requireNonNull(last).callId()).isEqualTo("afterwards");
    }

    private static void tortuous(Message message) {
        assertThat(message.vias()).hasSize(3);
        assertThat(message.topVia().transport()).isEqualTo("UDP");
        assertThat(message.vias().get(1).branch().orElseThrow()).startsWith(Via.COOKIE);
        assertThat(message.maxForwards()).isEqualTo(68);
        assertThat(message.from().display()).endsWith("\\\"");
        assertThat(message.from().tag()).isPresent();
        assertThat(message.to().tag()).isPresent();
        assertThat(message.cseq().method()).isEqualTo("INVITE");
        assertThat(message.text("Subject")).contains("");
        assertThat(message.routes()).hasSize(1);
        assertThat(message.routes().getFirst().sipUri().loose()).isTrue();
        assertThat(address(message).q1000()).isEqualTo(330);
        assertThat(message.bodyLength()).isPositive();
    }

    private static void characters(Message message) {
        assertThat(sip(message).password()).isNotEmpty();
        assertThat(message.to().display()).contains("\0").contains("\u007F");
        assertThat(message.from().params().all()).hasSize(2);
        assertThat(message.from().tag()).isPresent();
        assertThat(message.maxForwards()).isEqualTo(255);
        assertThat(message.cseq().method()).isEqualTo(message.method());
        assertThat(message.callId()).contains("@").contains("\"").contains("\\").contains("{");
    }

    private static void escapes(Message message) {
        assertThat(sip(message).plainUser()).startsWith("sips:").contains("@");
        assertThat(message.to().sipUri().plainUser()).matches("user|keeper");
        SipUri contact = sip(message.all(Keys.CONTACTS).getFirst());
        assertThat(contact.loose()).isTrue();
        assertThat(contact.params().all().getLast().value()).matches("value%41|wood%42");
    }

    private static void received(Message message) {
        assertThat(message.topVia().received().orElseThrow())
                .startsWith("2001:db8:")
                .doesNotContain("]");
    }

    private static SipUri sip(Message message) {
        return (SipUri) ((Request) message).uri();
    }

    private static SipUri sip(Contact contact) {
        return ((Contact.Address) contact).address().sipUri();
    }

    private static Contact.Address address(Message message) {
        return (Contact.Address) message.first(Keys.CONTACTS).orElseThrow();
    }

    private static byte[] own(Row row) {
        String name = "/torture/" + (row.v6() ? "rfc5118" : "rfc4475") + "/" + row.name + ".sip";
        try (InputStream in = TortureTest.class.getResourceAsStream(name)) {
            return Objects.requireNonNull(in, name).readAllBytes();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static byte[] corpus(String folder, String name) throws IOException {
        String root = System.getenv("MILLRACE_CORPUS");
        assumeThat(root)
                .as("SKIPPED: MILLRACE_CORPUS names no folder, so the RFCs' own messages are not run; ours are")
                .isNotNull();
        return Files.readAllBytes(Path.of(root, folder, name + ".dat"));
    }

    private static byte[] mended(byte[] published, Flaw flaw) {
        String text = new String(published, StandardCharsets.ISO_8859_1);
        String mended = switch (flaw) {
            case NONE -> text;
            case NO_EMPTY_LINE -> text + "\r\n";
            case CONTENT_LENGTH_OF_OTHER_LINE_ENDS -> {
                int body = text.length() - text.indexOf("\r\n\r\n") - 4;
                yield text.replaceFirst("Content-Length: \\d+", "Content-Length: " + body);
            }
        };
        return mended.getBytes(StandardCharsets.ISO_8859_1);
    }
}
