/** Tests. */
@NullMarked
package dev.millrace.media.hls;

import org.jspecify.annotations.NullMarked;
