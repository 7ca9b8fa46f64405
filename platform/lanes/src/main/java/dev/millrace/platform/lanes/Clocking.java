package dev.millrace.platform.lanes;

/**
 * A track's clock against the publisher's wall clock, as its sender reports tell (RFC 3550 section 6.4.1).
 *
 * @param ntp 64 bits: seconds since 1900 and their fraction
 * @param timestamp the RTP timestamp at that moment, 32 bits
 */
record Clocking(int track, long ntp, long timestamp) {}
