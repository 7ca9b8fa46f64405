/** The redirect server over real sockets, with the location service behind it. */
@NullMarked
package dev.millrace.services.redirect;

import org.jspecify.annotations.NullMarked;
