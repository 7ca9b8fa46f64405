/**
 * The role {@code location}: where is that stream, who packages it? {@link dev.millrace.services.location.LocationModule} makes
 * the service; what it decides is in {@link dev.millrace.services.location.core}.
 */
@NullMarked
package dev.millrace.services.location;

import org.jspecify.annotations.NullMarked;
