@NullMarked
package dev.millrace.services.proxy.core;

import org.jspecify.annotations.NullMarked;
