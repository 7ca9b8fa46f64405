@NullMarked
package dev.millrace.protocols.codecs;

import org.jspecify.annotations.NullMarked;
