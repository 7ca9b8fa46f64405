/** Tests. */
@NullMarked
package dev.millrace.protocols.sip.transaction;

import org.jspecify.annotations.NullMarked;
