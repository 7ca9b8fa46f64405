@NullMarked
package dev.millrace.protocols.sdp;

import org.jspecify.annotations.NullMarked;
