@NullMarked
package dev.millrace.console;

import org.jspecify.annotations.NullMarked;
