/**
 * The role {@code hls-packager}: streams of RTP become HLS (RFC 8216) on the HTTP door.
 *
 * <p>{@link dev.millrace.media.hls.HlsPackager} is the module; {@code HlsRoutes} speaks HTTP; a {@code StreamDesk} on each event
 * loop knows who packages the streams whose names fall to it: a {@code StreamPackager} here, or another node, from which {@code
 * OwnerClient} fetches. What is decided without sockets and clocks is in {@link dev.millrace.media.hls.core}.
 */
@NullMarked
package dev.millrace.media.hls;

import org.jspecify.annotations.NullMarked;
