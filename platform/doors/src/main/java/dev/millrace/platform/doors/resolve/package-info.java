/**
 * Where is that server? RFC 3263 for SIP: {@link dev.millrace.platform.doors.resolve.Resolver} turns a URI into an ordered list of
 * {@link dev.millrace.platform.doors.resolve.Hop}, without blocking anybody.
 */
@NullMarked
package dev.millrace.platform.doors.resolve;

import org.jspecify.annotations.NullMarked;
