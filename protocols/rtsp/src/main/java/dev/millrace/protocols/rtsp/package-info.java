/**
 * RTSP 1.0, RFC 2326: messages, interleaved frames, header records and the server's session machine. Pure.
 *
 * <table>
 * <caption>Map of types</caption>
 * <tr><th>RFC 2326</th><th>type</th></tr>
 * <tr><td>4, 6, 7</td><td>{@code Message}, {@code Request}, {@code Response}, {@code Method}, {@code Status}</td></tr>
 * <tr><td>3.2</td><td>{@code RtspUrl}</td></tr>
 * <tr><td>10.12</td><td>{@code RtspFramer}, {@code Inbound}</td></tr>
 * <tr><td>12</td><td>{@code Transport}, {@code Range}, {@code RtpInfo}, {@code SessionHeader}, {@code Keys}</td></tr>
 * <tr><td>A.2</td><td>{@code ServerSession} with {@code State}, {@code Event}, {@code Effect}; {@code Sessions}</td></tr>
 * </table>
 */
@NullMarked
package dev.millrace.protocols.rtsp;

import org.jspecify.annotations.NullMarked;
