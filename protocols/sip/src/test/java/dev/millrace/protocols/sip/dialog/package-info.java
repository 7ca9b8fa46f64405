/** Tests. */
@NullMarked
package dev.millrace.protocols.sip.dialog;

import org.jspecify.annotations.NullMarked;
