/**
 * HTTP Live Streaming, RFC 8216, as a server writes it.
 *
 * <p>Section 4.3 playlists ({@link dev.millrace.protocols.hls.MediaPlaylist}, {@link
 * dev.millrace.protocols.hls.MultivariantPlaylist}); section 6.2 the server's duties ({@link
 * dev.millrace.protocols.hls.Segmenter}, {@link dev.millrace.protocols.hls.SegmentWindow}); decoding times that RTP does not
 * carry ({@link dev.millrace.protocols.hls.DecodeOrder}).
 *
 * <p>Pure: no sockets, threads, clocks or loggers. Times are 90 kHz ticks, unwrapped.
 */
@NullMarked
package dev.millrace.protocols.hls;

import org.jspecify.annotations.NullMarked;
