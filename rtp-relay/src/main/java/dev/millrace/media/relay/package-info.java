/** The role {@code rtp-relay}: the home of published streams. Doors feed and read the lanes; this service decides who may. */
@NullMarked
package dev.millrace.media.relay;

import org.jspecify.annotations.NullMarked;
