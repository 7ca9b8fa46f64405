/**
 * The one SIP door of a node: transactions of RFC 3261 over the flows of {@code doors.sip.transport}, on whatever node a
 * message arrives.
 *
 * <table>
 * <caption>Where to look</caption>
 * <tr><td>what services see</td><td>{@link dev.millrace.platform.doors.sip.SipDoor}, {@link
 * dev.millrace.platform.doors.sip.SipHandler}, {@link dev.millrace.platform.doors.sip.ServerTransaction}, {@link
 * dev.millrace.platform.doors.sip.ClientTransaction}, {@link dev.millrace.platform.doors.sip.Target}, {@link
 * dev.millrace.platform.doors.sip.Domains}</td></tr>
 * <tr><td>threads</td><td>a Call-ID belongs to one event loop; everything about its transactions happens there</td></tr>
 * </table>
 */
@NullMarked
package dev.millrace.platform.doors.sip;

import org.jspecify.annotations.NullMarked;
