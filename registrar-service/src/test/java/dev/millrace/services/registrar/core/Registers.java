package dev.millrace.services.registrar.core;

import dev.millrace.protocols.sip.Message;
import dev.millrace.protocols.sip.Parser;
import dev.millrace.protocols.sip.Request;
import dev.millrace.protocols.wire.Framed;
import java.nio.charset.StandardCharsets;

/** REGISTER requests of the tests. */
final class Registers {
    private Registers() {}

    /** A REGISTER of alice with these lines, each without its line end. */
    static Request with(String... lines) {
        String text = "REGISTER sip:example.com SIP/2.0\r\n"
                + "Via: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK1;received=192.0.2.1;rport=5060\r\n"
                + "From: <sip:alice@example.com>;tag=a\r\nTo: Alice <sip:alice@Example.COM>\r\n"
                + "Call-ID: c1\r\nCSeq: 7 REGISTER\r\nMax-Forwards: 70\r\n"
                + String.join("\r\n", lines) + (lines.length > 0 ? "\r\n" : "") + "Content-Length: 0\r\n\r\n";
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (Parser.parse(bytes, 0, bytes.length) instanceof Framed.Message<Message>(Message message, int length)
                && message instanceof Request request
                && length == bytes.length) {
            return request;
        }
        throw new AssertionError("not a request: " + text);
    }
}
