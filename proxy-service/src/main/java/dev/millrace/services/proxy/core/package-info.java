/**
 * What the proxy decides, without socket, clock or bus: who may send what where, whom to try in which order, how a request is
 * changed on its way, and what a call's record says. RFC 3261 section 16, RFC 3325, RFC 3327, RFC 5626, RFC 5627.
 */
@NullMarked
package dev.millrace.services.proxy.core;

import org.jspecify.annotations.NullMarked;
