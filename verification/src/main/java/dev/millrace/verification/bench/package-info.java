/**
 * The bench: what it costs to fan one RTSP stream out to many readers, beside the floor that a bare Netty loop sets and
 * beside other servers. Three kinds of process: {@link dev.millrace.verification.bench.Bench} plans, measures and prints;
 * {@link dev.millrace.verification.bench.Load} is all the readers; {@link dev.millrace.verification.bench.Floor} is the bare
 * loop. Never shipped.
 */
@NullMarked
package dev.millrace.verification.bench;

import org.jspecify.annotations.NullMarked;
