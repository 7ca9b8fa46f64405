/** Tests of the ground: framer tables, torn bytes, mutators. */
@NullMarked
package dev.millrace.protocols.wire;

import org.jspecify.annotations.NullMarked;
