/** Tests of the test kit. */
@NullMarked
package dev.millrace.platform.testkit;

import org.jspecify.annotations.NullMarked;
