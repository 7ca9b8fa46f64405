/** The rules, without a node. */
@NullMarked
package dev.millrace.services.redirect.core;

import org.jspecify.annotations.NullMarked;
