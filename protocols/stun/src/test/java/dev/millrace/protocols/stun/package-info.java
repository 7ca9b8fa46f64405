@NullMarked
package dev.millrace.protocols.stun;

import org.jspecify.annotations.NullMarked;
