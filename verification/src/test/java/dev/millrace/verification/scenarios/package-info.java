/**
 * End-to-end stories: our distribution as processes, and the tools that people use. {@link
 * dev.millrace.verification.scenarios.Tools} skips a story whose tool is not on the machine; stories over 30 s carry the tag
 * {@code long}. Everything a story leaves behind lies under {@code target/scenarios/<story>}.
 */
@NullMarked
package dev.millrace.verification.scenarios;

import org.jspecify.annotations.NullMarked;
