/**
 * Digest access authentication, RFC 7616, as SIP (RFC 3261 section 22, RFC 8760), RTSP and HTTP use it. Both sides: reading and
 * writing {@link dev.millrace.protocols.digest.Challenge} and {@link dev.millrace.protocols.digest.Credentials}, the stored
 * {@link dev.millrace.protocols.digest.Hashes}, checking and answering by {@link dev.millrace.protocols.digest.Digester}. What a
 * nonce is and how often it may be used is decided by whoever issues it.
 */
@NullMarked
package dev.millrace.protocols.digest;

import org.jspecify.annotations.NullMarked;
