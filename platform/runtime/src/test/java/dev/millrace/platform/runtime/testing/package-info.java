/** What tests of other modules need of the runtime: nodes in one process, roles that a test plays, bindings, a clock that is moved by hand. */
@NullMarked
package dev.millrace.platform.runtime.testing;

import org.jspecify.annotations.NullMarked;
