package dev.millrace.protocols.sip;

/** The keep-alive of connections, RFC 5626 sections 3.5.1 and 4.4.1. */
public enum KeepAlive implements Inbound {
    /** CRLF CRLF between messages: to be answered with one CRLF. */
    PING,
    /** One CRLF between messages: the answer to a ping. */
    PONG
}
