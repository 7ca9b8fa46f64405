/**
 * The four transaction machines of SIP: RFC 3261 section 17, corrected by RFC 6026 (2xx to INVITE) and RFC 4320 (non-INVITE).
 * No clock, no socket, no thread: each is a record of what never changes, its {@code State} is held by the shell, and time is
 * an event.
 *
 * <table>
 * <caption>Machines</caption>
 * <tr><td>RFC 3261 figure 5, RFC 6026 figure 5</td><td>{@link dev.millrace.protocols.sip.transaction.InviteClient}</td></tr>
 * <tr><td>RFC 3261 figure 6</td><td>{@link dev.millrace.protocols.sip.transaction.NonInviteClient}</td></tr>
 * <tr><td>RFC 3261 figure 7, RFC 6026 figure 7</td><td>{@link dev.millrace.protocols.sip.transaction.InviteServer}</td></tr>
 * <tr><td>RFC 3261 figure 8</td><td>{@link dev.millrace.protocols.sip.transaction.NonInviteServer}</td></tr>
 * <tr><td>17.1.3, 17.2.3</td><td>{@link dev.millrace.protocols.sip.transaction.TransactionKey}</td></tr>
 * </table>
 */
@NullMarked
package dev.millrace.protocols.sip.transaction;

import org.jspecify.annotations.NullMarked;
