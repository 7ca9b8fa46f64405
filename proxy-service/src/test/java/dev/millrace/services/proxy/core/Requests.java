package dev.millrace.services.proxy.core;

import dev.millrace.protocols.sip.Message;
import dev.millrace.protocols.sip.Parser;
import dev.millrace.protocols.sip.Request;
import dev.millrace.protocols.sip.Response;
import dev.millrace.protocols.wire.Framed;
import java.nio.charset.StandardCharsets;

/** Messages as text. */
final class Requests {
    private Requests() {}

    /** From alice (tag a) to bob, with more lines behind. */
    static Request of(String method, String uri, String... more) {
        return request(method, uri, "<sip:alice@example.com>;tag=a", "<sip:bob@example.com>", more);
    }

    static Request request(String method, String uri, String from, String to, String... more) {
        return (Request) parse(method + " " + uri + " SIP/2.0\r\n"
                + "Via: SIP/2.0/UDP 192.0.2.9:5060;branch=z9hG4bK1\r\n"
                + "From: " + from + "\r\nTo: " + to + "\r\nCall-ID: id@host\r\nCSeq: 1 " + method + "\r\n"
                + lines(more));
    }

    static Response answer(String start, String... more) {
        return (Response) parse(start + "\r\nVia: SIP/2.0/UDP 192.0.2.9:5060;branch=z9hG4bK1\r\n"
                + "From: <sip:alice@example.com>;tag=a\r\nTo: <sip:bob@example.com>;tag=b\r\n"
                + "Call-ID: id@host\r\nCSeq: 1 INVITE\r\n" + lines(more));
    }

    private static String lines(String... more) {
        StringBuilder text = new StringBuilder();
        for (String line : more) {
            text.append(line).append("\r\n");
        }
        return text.append("\r\n").toString();
    }

    private static Message parse(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (Parser.parse(bytes, 0, bytes.length) instanceof Framed.Message<Message>(var message, int _)) {
            return message;
        }
        throw new IllegalArgumentException(text);
    }
}
