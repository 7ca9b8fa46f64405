/** Certificates made for tests, and the tests of those that the node makes and reads. */
@NullMarked
package dev.millrace.platform.doors.tls;

import org.jspecify.annotations.NullMarked;
