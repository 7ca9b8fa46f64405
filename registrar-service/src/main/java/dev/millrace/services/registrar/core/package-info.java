/** What a REGISTER asks for and what it is granted: pure rules, no socket, no clock, no thread. */
@NullMarked
package dev.millrace.services.registrar.core;

import org.jspecify.annotations.NullMarked;
