/**
 * SIP messages, RFC 3261 sections 7, 18.3, 19, 20 and 25: lines kept as they came, fields parsed when asked for. Pure.
 *
 * <table>
 * <caption>Map of types</caption>
 * <tr><th>RFC</th><th>type</th></tr>
 * <tr><td>3261 section 7</td><td>{@code Message}, {@code Request}, {@code Response}, {@code Edit}</td></tr>
 * <tr><td>3261 section 18.3, 5626 section 3.5.1</td><td>{@code Parser}, {@code StreamFramer}, {@code Inbound},
 * {@code KeepAlive}</td></tr>
 * <tr><td>3261 section 19.1, 3966</td><td>{@code Uri}: {@code SipUri}, {@code TelUri}, {@code OtherUri}</td></tr>
 * <tr><td>3261 section 20</td><td>{@code Keys}; records {@code Via}, {@code NameAddr}, {@code Contact}, {@code CSeq},
 * {@code Params}</td></tr>
 * <tr><td>3261 sections 8.2, 16.3; 4475; 5118</td><td>{@code Validity}, {@code Refusal}</td></tr>
 * </table>
 */
@NullMarked
package dev.millrace.protocols.sip;

import org.jspecify.annotations.NullMarked;
