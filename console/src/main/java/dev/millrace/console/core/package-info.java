/**
 * What the page is told, without clock, bus or socket: {@link dev.millrace.console.core.TrackFacts} reads an SDP,
 * {@link dev.millrace.console.core.Board} compares two looks at the cluster and says what changed, as JSON.
 */
@NullMarked
package dev.millrace.console.core;

import org.jspecify.annotations.NullMarked;
