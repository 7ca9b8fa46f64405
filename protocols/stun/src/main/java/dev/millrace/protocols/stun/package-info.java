/**
 * STUN, RFC 8489 (and 5389): as much of it as a SIP port answers, RFC 5626 section 3.5.1: Binding requests, statelessly.
 * {@link dev.millrace.protocols.stun.StunMessage} is the message, {@link dev.millrace.protocols.stun.Stun} the server.
 */
@NullMarked
package dev.millrace.protocols.stun;

import org.jspecify.annotations.NullMarked;
