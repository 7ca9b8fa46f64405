/**
 * Stories of SIP: the distribution as processes, and foreign phones, servers, balancers and browsers that register and call
 * through it on the loopback.
 */
@NullMarked
package dev.millrace.verification.scenarios.sip;

import org.jspecify.annotations.NullMarked;
