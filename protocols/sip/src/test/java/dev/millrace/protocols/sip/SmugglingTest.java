package dev.millrace.protocols.sip;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.protocols.wire.Framed;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * Class 7 of the known attacks, ES2020-01: a header that policy removes comes in a spelling that the removal overlooks. Each
 * spelling is either gone from the bytes that go out, or the whole message is refused.
 */
final class SmugglingTest {
    /** Stands in each forged value; not one byte of it may go out. */
    private static final String MARK = "forged";

    private static final String[] NAMES = {"P-Asserted-Identity", "Contact", "Subject", "X-Secret"};

    @Test
    void twoHundredSpellingsAreGoneOrRefused() {
        int gone = 0;
        int refused = 0;
        for (String name : NAMES) {
            for (String line : spellings(name)) {
                Optional<Request> taken = taken(message(line));
                if (taken.isEmpty()) {
                    refused++;
                    continue;
                }
                Request cleaned = taken.get()
                        .edit()
                        .remove(dev.millrace.protocols.wire.HeaderKey.text(name))
                        .build();
                String out = new String(cleaned.encode(), StandardCharsets.ISO_8859_1);
                assertThat(out).as(line).doesNotContain(MARK);
                assertThat(taken(out)).as(line).isPresent();
                gone++;
            }
        }
        System.out.println(
                "smuggling: " + (gone + refused) + " spellings, " + gone + " removed, " + refused + " refused");
        assertThat(gone + refused).isGreaterThanOrEqualTo(200);
        assertThat(gone).isGreaterThan(100);
        assertThat(refused).isGreaterThan(40);
    }

    /** The positive control: a comparison of letters alone lets most of them through. */
    @Test
    void naiveRemovalWouldNotDo() {
        long missed = spellings("Contact").stream()
                .filter(line -> !line.startsWith("Contact:"))
                .count();
        assertThat(missed).isGreaterThan(30);
    }

    private static Optional<Request> taken(String text) {
        byte[] wire = text.getBytes(StandardCharsets.ISO_8859_1);
        return Parser.parse(wire, 0, wire.length) instanceof Framed.Message<Message>(Message message, int _)
                        && message instanceof Request request
                        && Validity.check(request).isEmpty()
                ? Optional.of(request)
                : Optional.empty();
    }

    private static String message(String line) {
        return "OPTIONS sip:mill.example SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKs\r\nMax-Forwards: 70\r\n"
                + "To: <sip:mill.example>\r\n" + line + "From: <sip:a@mill.example>;tag=1\r\nCall-ID: smuggling\r\n"
                + "CSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n";
    }

    private static List<String> spellings(String name) {
        List<String> names = new ArrayList<>(List.of(
                name,
                name.toUpperCase(Locale.ROOT),
                name.toLowerCase(Locale.ROOT),
                Character.toLowerCase(name.charAt(0)) + name.substring(1).toUpperCase(Locale.ROOT)));
        if (name.equals("Contact")) {
            names.addAll(List.of("m", "M"));
        }
        if (name.equals("Subject")) {
            names.addAll(List.of("s", "S"));
        }
        List<String> lines = new ArrayList<>();
        String value = "<sip:" + MARK + "@thief.example>";
        for (String one : names) {
            for (String colon :
                    List.of(":", " :", "\t:", "  \t :", ": \t ", ":\r\n ", ":\r\n\t", " :\r\n \r\n ", ":\n ")) {
                lines.add(one + colon + value + "\r\n");
            }
            // Twice, over two lines, as a list, and a value that goes on behind a fold.
            lines.add(one + ": " + value + "\r\n" + one + " : " + value + "\r\n");
            lines.add(one + ": " + value + ",\r\n " + value + "\r\n");
            lines.add(one + ": " + value + "\n");
            lines.add(one + ": " + value + ";x=\"\r\n " + MARK + "\"\r\n");
        }
        // None of these is a header line: what one reader takes for the name another does not.
        for (String broken : List.of(
                name + "\0: " + value,
                name + "\r: " + value,
                "\0" + name + ": " + value,
                name + "\r\n : " + value,
                name + "\u00A0: " + value,
                name + "\u000B: " + value,
                "\u00EF\u00BB\u00BF" + name + ": " + value,
                "\r" + name + ": " + value,
                name + " x: " + value,
                name + ";: " + value,
                name + "\\: " + value,
                "X-Other: a\r" + name + ": " + value,
                "X-Other: a\0\r" + name + ": " + value,
                "X-Other: a\r\r\n" + name + ": " + value,
                ": " + value,
                name,
                "(" + name + "): " + value)) {
            lines.add(broken + "\r\n");
        }
        return lines;
    }
}
