/**
 * What a packager decides, without sockets, threads or clocks: which tracks HLS carries ({@link
 * dev.millrace.media.hls.core.TrackPlan}), how the tracks' RTP clocks become one timeline ({@link
 * dev.millrace.media.hls.core.Timeline}), and how RTP packets become segments ({@link
 * dev.millrace.media.hls.core.Rendition}).
 */
@NullMarked
package dev.millrace.media.hls.core;

import org.jspecify.annotations.NullMarked;
