/**
 * What a proxy does, RFC 3261 section 16, without a clock, a socket or a thread: the request on its way
 * ({@link dev.millrace.protocols.sip.proxy.Forwarding}, with RFC 5393's loop check and Max-Breadth) and the responses on
 * their way back ({@link dev.millrace.protocols.sip.proxy.ResponseContext}, the machine of forking).
 */
@NullMarked
package dev.millrace.protocols.sip.proxy;

import org.jspecify.annotations.NullMarked;
