/**
 * The registrar of RFC 3261 section 10, with Path (RFC 3327), Service-Route (RFC 3608), Outbound (RFC 5626) and public GRUU (RFC
 * 5627). {@code RegistrarService} is the shell on the door, {@code core} decides.
 */
@NullMarked
package dev.millrace.services.registrar;

import org.jspecify.annotations.NullMarked;
