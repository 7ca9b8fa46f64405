@NullMarked
package dev.millrace.services.location;

import org.jspecify.annotations.NullMarked;
