/** The registrar over real sockets, with the location service behind it. */
@NullMarked
package dev.millrace.services.registrar;

import org.jspecify.annotations.NullMarked;
