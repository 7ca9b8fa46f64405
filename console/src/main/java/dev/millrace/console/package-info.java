/**
 * The page that people look at, mounted on the node's HTTP door: {@link dev.millrace.console.ConsoleModule}. It asks contracts
 * and owns nothing. {@code Desk} looks at the cluster while somebody looks at the page, {@code Listeners} are the open event
 * streams (WHATWG HTML section 9.2, server-sent events), {@code Page} the files. What is shown is computed in
 * {@link dev.millrace.console.core}.
 */
@NullMarked
package dev.millrace.console;

import org.jspecify.annotations.NullMarked;
