@NullMarked
package dev.millrace.platform.doors.auth;

import org.jspecify.annotations.NullMarked;
