/** Tests. */
@NullMarked
package dev.millrace.protocols.sip.proxy;

import org.jspecify.annotations.NullMarked;
