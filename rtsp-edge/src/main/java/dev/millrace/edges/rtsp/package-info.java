/**
 * The RTSP door: connections, sessions and the packets of publishers and readers. Everything here is a shell around {@code
 * dev.millrace.protocols.rtsp}; media goes through {@code dev.millrace.platform.lanes}.
 *
 * <p>{@code RtspEdge} (module) - {@code RtspService} (port, drain) - {@code EdgeLoop} (what one event loop owns) - {@code
 * Connection} - {@code EdgeSession} (performs effects) - {@code ReaderMedia}, {@code PublisherMedia}.
 */
@NullMarked
package dev.millrace.edges.rtsp;

import org.jspecify.annotations.NullMarked;
