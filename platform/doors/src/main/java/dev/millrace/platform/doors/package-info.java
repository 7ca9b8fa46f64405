/**
 * The doors that several roles of one process share: {@link dev.millrace.platform.doors.HttpDoor}, one router on one port
 * (HTTP/1.1 of RFC 9112 and HTTP/2 without TLS, both by Vert.x).
 */
@NullMarked
package dev.millrace.platform.doors;

import org.jspecify.annotations.NullMarked;
