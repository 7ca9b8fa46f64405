@NullMarked
package dev.millrace.services.location.core;

import org.jspecify.annotations.NullMarked;
