@NullMarked
package dev.millrace.services.proxy;

import org.jspecify.annotations.NullMarked;
