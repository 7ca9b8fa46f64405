/** Tests of the RTSP messages and machine. */
@NullMarked
package dev.millrace.protocols.rtsp;

import org.jspecify.annotations.NullMarked;
