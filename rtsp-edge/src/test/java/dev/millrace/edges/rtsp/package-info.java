/** Tests of the RTSP door, through real sockets of the loopback address. */
@NullMarked
package dev.millrace.edges.rtsp;

import org.jspecify.annotations.NullMarked;
