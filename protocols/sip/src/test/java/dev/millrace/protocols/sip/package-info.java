@NullMarked
package dev.millrace.protocols.sip;

import org.jspecify.annotations.NullMarked;
