/**
 * Dialogs, RFC 3261 section 12, for the elements that end calls: {@link dev.millrace.protocols.sip.dialog.Dialog} is a value
 * that its owner replaces at each step. Pure.
 */
@NullMarked
package dev.millrace.protocols.sip.dialog;

import org.jspecify.annotations.NullMarked;
