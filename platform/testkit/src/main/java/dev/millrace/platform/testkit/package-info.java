/**
 * What tests of every module share: seeded mutators, bytes torn at every place, golden files, bytes written in hex,
 * plain SIP sockets.
 *
 * <p>Takes functions and bytes and imports none of our other modules, so that each of them may use it.
 */
@NullMarked
package dev.millrace.platform.testkit;

import org.jspecify.annotations.NullMarked;
