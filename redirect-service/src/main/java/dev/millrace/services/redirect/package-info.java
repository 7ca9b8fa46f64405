/** The redirect server of RFC 3261 section 8.3: it says where somebody is, and stays out of the call. */
@NullMarked
package dev.millrace.services.redirect;

import org.jspecify.annotations.NullMarked;
