/** Which contacts a redirect names: pure rules. */
@NullMarked
package dev.millrace.services.redirect.core;

import org.jspecify.annotations.NullMarked;
