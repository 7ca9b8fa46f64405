/** Real sockets against the SIP ports of a node. */
@NullMarked
package dev.millrace.platform.doors.sip.transport;

import org.jspecify.annotations.NullMarked;
