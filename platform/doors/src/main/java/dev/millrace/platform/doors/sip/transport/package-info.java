/**
 * How SIP messages come and go: UDP (RFC 3261 section 18, RFC 3581), TCP and TLS (RFC 3261 section 18, RFC 5922, RFC 5923), WebSocket
 * (RFC 7118), keep-alive (RFC 5626 sections 3.5 and 4.4), STUN Binding (RFC 5389) and the PROXY protocol of balancers.
 *
 * <p>{@link dev.millrace.platform.doors.sip.transport.Transports} opens the {@link dev.millrace.platform.doors.sip.transport.Listener}s of a
 * node and owns its {@link dev.millrace.platform.doors.sip.transport.Flow}s; what arrives goes to one
 * {@link dev.millrace.platform.doors.sip.transport.Inbound} on the loop that received it. Transactions live above.
 */
@NullMarked
package dev.millrace.platform.doors.sip.transport;

import org.jspecify.annotations.NullMarked;
