@NullMarked
package dev.millrace.protocols.rtp;

import org.jspecify.annotations.NullMarked;
