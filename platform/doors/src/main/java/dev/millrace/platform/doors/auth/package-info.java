/**
 * Who is it? Digest authentication (RFC 7616, RFC 8760, RFC 3261 section 22) for every door of a node:
 * {@link dev.millrace.platform.doors.auth.Authenticator}. Nonces are signed by the cluster and name their issuer, so that any node can
 * take the answer to any node's challenge, and none can be used twice.
 */
@NullMarked
package dev.millrace.platform.doors.auth;

import org.jspecify.annotations.NullMarked;
