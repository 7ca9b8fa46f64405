/** The door with real sockets on the loopback address, alone and in clusters of nodes in this process. */
@NullMarked
package dev.millrace.platform.doors.sip;

import org.jspecify.annotations.NullMarked;
