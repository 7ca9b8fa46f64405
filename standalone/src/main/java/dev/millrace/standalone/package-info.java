/**
 * One process with any set of roles: the command line ({@link dev.millrace.standalone.Main}), the list of what can run in it
 * ({@link dev.millrace.standalone.Distribution}) and the demo's publisher ({@link dev.millrace.standalone.DemoPublisher}).
 */
@NullMarked
package dev.millrace.standalone;

import org.jspecify.annotations.NullMarked;
