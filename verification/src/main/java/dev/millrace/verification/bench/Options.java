package dev.millrace.verification.bench;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * What a run of the bench does.
 *
 * @param root the folder of the project
 * @param transports of {@code tcp udp merged}
 * @param readers numbers of readers, ascending
 * @param warmS seconds before a measurement
 * @param warmRounds most periods of three times as long with the most readers, until the compilers rest
 * @param windowS seconds of a measurement
 * @param peers whether other servers are measured
 * @param starts whether idle memory and time to ready are measured
 * @param ours whether our own server is measured; without it the floor and the peers are
 */
record Options(
        Path root,
        List<String> transports,
        List<Integer> readers,
        int warmS,
        int warmRounds,
        int windowS,
        boolean peers,
        boolean starts,
        boolean ours) {
    static final String USAGE = """
            verification/bench [--quick] [--transports tcp,udp,merged] [--readers 50,100,200] [--warm s] [--window s]
                               [--no-peers] [--no-starts] [--no-ours]
            MILLRACE_BENCH_COMMAND    the command of our server, instead of ./millrace
            """ + SipBench.USAGE;

    static Options parse(Path root, String[] arguments) {
        List<String> words = Arrays.asList(arguments);
        boolean quick = words.contains("--quick");
        return new Options(
                root,
                list(words, "--transports", "tcp,udp,merged"),
                list(words, "--readers", quick ? "50,200" : "50,100,200").stream()
                        .map(Integer::valueOf)
                        .sorted()
                        .toList(),
                Integer.parseInt(value(words, "--warm", quick ? "3" : "5")),
                quick ? 1 : 6,
                Integer.parseInt(value(words, "--window", quick ? "4" : "8")),
                !quick && !words.contains("--no-peers"),
                !quick && !words.contains("--no-starts"),
                !words.contains("--no-ours"));
    }

    static int number(List<String> words, String name, int otherwise) {
        return Integer.parseInt(value(words, name, String.valueOf(otherwise)));
    }

    private static List<String> list(List<String> words, String name, String otherwise) {
        return List.of(value(words, name, otherwise).split(","));
    }

    private static String value(List<String> words, String name, String otherwise) {
        int at = words.indexOf(name);
        return at < 0 || at + 1 == words.size() ? otherwise : words.get(at + 1);
    }

    int mostReaders() {
        return readers.getLast();
    }
}
