/**
 * What location-service decides, without clock, map or bus: {@link dev.millrace.services.location.core.StreamClaims} and
 * {@link dev.millrace.services.location.core.PackagingClaims} turn an entry and a question into a
 * {@link dev.millrace.services.location.core.Decision}; {@link dev.millrace.services.location.core.Held} is the form of a map
 * value, {@link dev.millrace.services.location.core.Version} its order in time.
 */
@NullMarked
package dev.millrace.services.location.core;

import org.jspecify.annotations.NullMarked;
