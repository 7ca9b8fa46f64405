package dev.millrace.verification.bench;

import java.util.Map;

/**
 * Lets a virtual machine's compilers come to rest before a server is measured: they share its core, and what they take in the first
 * minutes is not what it costs to run. The load is repeated until they do.
 */
final class Warming {
    /** At rest: the share of a core that the compilers' threads take. */
    static final double REST = 0.002;

    private static final String COMPILER = "CompilerThre";

    private final int rounds;

    /** @param rounds most repetitions of the load */
    Warming(int rounds) {
        this.rounds = rounds;
    }

    /** One repetition. */
    interface Round<E extends Exception> {
        void run() throws E;
    }

    /** Runs rounds until the compilers rest, and says how that ended. */
    <E extends Exception> String run(Child server, Round<E> round) throws E {
        double share = 0;
        double seconds = 0;
        for (int i = 0; i < rounds; i++) {
            double before = compilers(server);
            long start = System.nanoTime();
            round.run();
            double took = (System.nanoTime() - start) / 1e9;
            seconds += took;
            share = (compilers(server) - before) / took;
            if (share < REST) {
                break;
            }
        }
        return Report.text("warmed up for %.0f s; its compilers then took %.1f %% of a core", seconds, share * 100);
    }

    private static double compilers(Child server) {
        return server.threads().entrySet().stream()
                .filter(entry -> entry.getKey().contains(COMPILER))
                .mapToDouble(Map.Entry::getValue)
                .sum();
    }
}
