package dev.millrace.protocols.sip;

/** What arrives over a stream: a message, or a sign that the peer lives. */
public sealed interface Inbound permits Message, KeepAlive {}
