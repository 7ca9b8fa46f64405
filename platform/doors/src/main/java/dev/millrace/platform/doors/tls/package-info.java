/** The certificates of a node, for every door that speaks TLS: {@link dev.millrace.platform.doors.tls.Certificates}. */
@NullMarked
package dev.millrace.platform.doors.tls;

import org.jspecify.annotations.NullMarked;
