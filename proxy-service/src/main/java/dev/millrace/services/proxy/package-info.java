/**
 * The role {@code proxy}: brings requests to the people they are for (RFC 3261 section 16).
 * {@link dev.millrace.services.proxy.ProxyModule} makes the service; what it decides is in
 * {@link dev.millrace.services.proxy.core}.
 */
@NullMarked
package dev.millrace.services.proxy;

import org.jspecify.annotations.NullMarked;
