@NullMarked
package dev.millrace.protocols.digest;

import org.jspecify.annotations.NullMarked;
