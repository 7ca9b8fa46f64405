/**
 * The Session Description Protocol, RFC 4566 and RFC 8866, read with the tolerance that cameras need and written as it
 * was read.
 *
 * <table>
 * <caption>Map</caption>
 * <tr><td>{@link dev.millrace.protocols.sdp.SessionDescription}</td><td>the whole description: RFC 8866 section 5</td></tr>
 * <tr><td>{@link dev.millrace.protocols.sdp.MediaDescription}</td><td>one {@code m=} section: RFC 8866 section 5.14</td></tr>
 * <tr><td>{@link dev.millrace.protocols.sdp.RtpMap}</td><td>{@code a=rtpmap}: RFC 8866 section 6.6; static types: RFC 3551 section 6</td></tr>
 * <tr><td>{@link dev.millrace.protocols.sdp.SdpLine}</td><td>one line of any type, known or not</td></tr>
 * </table>
 */
@NullMarked
package dev.millrace.protocols.sdp;

import org.jspecify.annotations.NullMarked;
