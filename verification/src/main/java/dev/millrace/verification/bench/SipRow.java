package dev.millrace.verification.bench;

/**
 * What one kind of request cost one server.
 *
 * @param what {@code REGISTER}, or {@code call}: INVITE 180 200 ACK BYE 200 along the recorded route
 * @param rate a second, as asked of sipp
 * @param userMicros CPU time of the server outside the kernel, for each
 * @param kernelMicros CPU time of the server inside the kernel, for each
 * @param p50 milliseconds to the answer (of INVITE: to 200), sipp counts whole ones
 */
record SipRow(
        String server,
        String what,
        int rate,
        int count,
        double userMicros,
        double kernelMicros,
        long p50,
        long p99,
        long failed) {
    static final String HEAD =
            "| server | what | a second | us CPU each | of it user | of it kernel | p50 ms | p99 ms | failed |\n"
                    + "|---|---|---|---|---|---|---|---|---|";

    static SipRow of(
            String server, String what, int rate, int count, Child.Cpu before, Child.Cpu after, Sipp.Outcome outcome) {
        return new SipRow(
                server,
                what,
                rate,
                count,
                (after.userSeconds() - before.userSeconds()) * 1e6 / count,
                (after.kernelSeconds() - before.kernelSeconds()) * 1e6 / count,
                outcome.percentile(50),
                outcome.percentile(99),
                outcome.failed());
    }

    String line() {
        return Report.text(
                "| %s | %s | %d | %.0f | %.0f | %.0f | %d | %d | %d |",
                server, what, rate, userMicros + kernelMicros, userMicros, kernelMicros, p50, p99, failed);
    }
}
