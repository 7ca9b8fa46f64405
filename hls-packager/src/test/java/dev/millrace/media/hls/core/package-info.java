/** Tests. */
@NullMarked
package dev.millrace.media.hls.core;

import org.jspecify.annotations.NullMarked;
