/**
 * Elementary streams: NAL units, parameter sets and picture order of H.264 and H.265, AAC configurations and ADTS, MPEG
 * audio headers.
 */
@NullMarked
package dev.millrace.protocols.codecs;

import org.jspecify.annotations.NullMarked;
