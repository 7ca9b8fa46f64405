@NullMarked
package dev.millrace.console.core;

import org.jspecify.annotations.NullMarked;
