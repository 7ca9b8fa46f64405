/**
 * The ground all protocols stand on: reading and writing of borrowed and owned bytes, framing of text messages, ordered
 * headers, and the shape of a state machine's step.
 *
 * <p>Pure: no sockets, threads, clocks or loggers.
 */
@NullMarked
package dev.millrace.protocols.wire;

import org.jspecify.annotations.NullMarked;
