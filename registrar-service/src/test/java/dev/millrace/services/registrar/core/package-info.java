/** The rules, without a node. */
@NullMarked
package dev.millrace.services.registrar.core;

import org.jspecify.annotations.NullMarked;
