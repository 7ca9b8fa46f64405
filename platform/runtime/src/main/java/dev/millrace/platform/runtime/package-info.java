/**
 * What every service stands on: {@link dev.millrace.platform.runtime.Node} (start, drain, stop), settings, membership, the
 * {@link dev.millrace.platform.runtime.Bus}, tables and keys of the cluster, health, metrics, admin; loops, timers and
 * native ports.
 */
@NullMarked
package dev.millrace.platform.runtime;

import org.jspecify.annotations.NullMarked;
