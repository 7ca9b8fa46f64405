@NullMarked
package dev.millrace.platform.doors.resolve;

import org.jspecify.annotations.NullMarked;
