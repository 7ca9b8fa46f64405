package dev.millrace.verification.scenarios.sip;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.verification.scenarios.Story;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * The load of the cluster's stories: {@link #CALLEES} phones on ports of their own, callers with one socket for each call,
 * and phones that register meanwhile, each third one over UDP and the others over TCP; everything with digest and through the
 * balancer.
 */
final class CallLoad {
    static final int CALLEES = 20;
    private static final int CALLERS = 100;
    private static final int FILE_ROWS = 100;

    /** Calls a second of the spans before the story begins, and the length of each. */
    private static final List<Integer> WARMING = List.of(40, 80, 160);

    private static final int WARMING_S = 15;

    /** sipp's words for one socket for each call. */
    private static final String UDP = "un";

    private static final String TCP = "tn";

    /** A 2xx is repeated for 32 s, RFC 3261 section 13.3.1.4: after 0.5, 1.5, 3.5 s and each 4 s more. */
    private static final String ANSWER_REPEATED = "10";

    private static final Duration REGISTER = Duration.ofSeconds(20);

    private final Story story;
    private final String remote;
    private final List<SippLoad> callees = new ArrayList<>();
    private Optional<SippLoad> calls = Optional.empty();
    private int planned;
    private final List<SippLoad> registers = new ArrayList<>();

    private CallLoad(Story story, int front) {
        this.story = story;
        this.remote = "127.0.0.1:" + front;
    }

    /** Makes the users, registers the callees and lets them wait. */
    static CallLoad prepare(Story story, int front, SipNode node, int registering) {
        CallLoad load = new CallLoad(story, front);
        List<String> users = new ArrayList<>();
        users.addAll(names("caller", CALLERS));
        users.addAll(names("callee", CALLEES));
        users.addAll(names("phone", registering));
        node.users(users.toArray(String[]::new));
        List<String> callers = names("caller", CALLERS);
        List<String> callees = names("callee", CALLEES);
        load.file(
                "calls.csv",
                FILE_ROWS,
                i -> callers.get(i % CALLERS) + ";" + callees.get(i % CALLEES) + ";"
                        + answer(callers.get(i % CALLERS)));
        List<String> phones = names("phone", registering);
        int third = registering / 3;
        load.file("udp-phones.csv", third, i -> phones.get(i) + ";" + answer(phones.get(i)));
        load.file(
                "tcp-phones.csv",
                registering - third,
                i -> phones.get(third + i) + ";" + answer(phones.get(third + i)));
        callees.forEach(load::callee);
        return load;
    }

    private static List<String> names(String word, int count) {
        return IntStream.range(0, count).mapToObj(i -> word + (1000 + i)).toList();
    }

    private static String answer(String user) {
        return "[authentication username=" + user + " password=" + SipNode.password(user) + "]";
    }

    private String file(String name, int rows, Function<Integer, String> row) {
        StringBuilder text = new StringBuilder("SEQUENTIAL\n");
        IntStream.range(0, rows).forEach(i -> text.append(row.apply(i)).append('\n'));
        return Resources.write(story.folder().resolve(name), text.toString()).toString();
    }

    private void callee(String user) {
        String port = String.valueOf(SipNode.freePort());
        String file = file(user + ".csv", 1, i -> user + ";" + answer(user));
        SippLoad register = SippLoad.start(
                story,
                user + "-register",
                "cluster-register.xml",
                remote,
                "-inf",
                file,
                "-p",
                port,
                "-t",
                "u1",
                "-m",
                "1");
        register.process().succeed(REGISTER);
        assertThat(register.events()).as("200 for " + user).containsExactly(user);
        callees.add(SippLoad.start(
                story,
                user,
                "cluster-callee.xml",
                remote,
                "-p",
                port,
                "-t",
                "u1",
                "-max_retrans",
                ANSWER_REPEATED,
                "-max_non_invite_retrans",
                ANSWER_REPEATED,
                // A CANCEL that comes again while it sends would else end the phone's part of the call.
                "-default_behaviors",
                "none"));
    }

    /** So many a second of what that scenario does, each with a line of that file and from a socket of its own. */
    private SippLoad load(
            String name, String scenario, String lines, String transport, int rate, long count, String... more) {
        List<String> options = new ArrayList<>(List.of(
                "-inf",
                story.folder().resolve(lines + ".csv").toString(),
                "-t",
                transport,
                "-r",
                String.valueOf(rate),
                "-m",
                String.valueOf(count)));
        options.addAll(List.of(more));
        return SippLoad.start(story, name, "cluster-" + scenario + ".xml", remote, options.toArray(String[]::new));
    }

    /** Calls that become more, whatever becomes of them: a cluster that is in use has compiled what it runs. */
    void warm() {
        for (int rate : WARMING) {
            load("warm-" + rate, "caller", "calls", UDP, rate, (long) rate * WARMING_S)
                    .end(Duration.ofSeconds(90));
        }
    }

    /** Calls and registrations begin. */
    void start(int rate, int count, int registersPerSecond) {
        planned = count;
        calls = Optional.of(load("calls", "caller", "calls", UDP, rate, count, "-l", "12000"));
        int third = registersPerSecond / 3;
        registers.add(load("udp-phones", "register", "udp-phones", UDP, third, phones("udp-phones")));
        // One that is cut off calls again, as a phone does; else it would be the end of all of them.
        registers.add(load(
                "tcp-phones",
                "register",
                "tcp-phones",
                TCP,
                registersPerSecond - third,
                phones("tcp-phones"),
                "-max_reconnect",
                "1000"));
    }

    private long phones(String file) {
        return Resources.read(story.folder().resolve(file + ".csv")).lines().count() - 1;
    }

    void end(Duration patience) {
        registers.forEach(load -> load.end(patience));
        calls.orElseThrow().end(patience);
    }

    /** Whose REGISTER was answered 200. */
    Set<String> acknowledgedBindings() {
        Set<String> users = new HashSet<>(names("callee", CALLEES));
        registers.forEach(load -> users.addAll(load.events()));
        return users;
    }

    private long called(String counter) {
        return callees.stream().mapToLong(callee -> callee.counter(counter)).sum();
    }

    private long calls(String counter) {
        return calls.orElseThrow().counter(counter);
    }

    /** 200s of a phone that neither ACK nor BYE ever answered: it rang, and nobody told it that the caller was gone. */
    private long leftRinging() {
        return called("answered") - called("acknowledged") - called("hungup");
    }

    private double succeeded() {
        return 100.0 * calls("ended") / calls("attempted");
    }

    String report() {
        SippLoad made = calls.orElseThrow();
        return "  attempts " + calls("attempted") + ", established " + calls("established")
                + ", of these ended normally "
                + calls("ended") + " (BYE answered otherwise: " + made.counters("bye") + ")\n"
                + String.format(java.util.Locale.ROOT, "  attempts that succeeded: %.2f %%%n", succeeded())
                + "  attempts that failed, by answer: " + made.counters("got") + ", without any: "
                + made.events().size() + ", sipp gave up " + calls("FailedCall") + "\n"
                + "  phones rung " + called("rung") + ", cancelled " + called("cancelled") + ", answered "
                + called("answered") + ", left ringing " + leftRinging();
    }

    /** The bars of the story with kills. */
    void keepsTheBars() {
        assertThat(calls("attempted")).as("attempts").isEqualTo(planned);
        assertThat(calls("ended")).as("established calls that ended normally").isEqualTo(calls("established"));
        assertThat(succeeded()).as("per cent of attempts that succeeded").isGreaterThanOrEqualTo(99.0);
        assertThat(leftRinging()).as("ringing phones left behind").isZero();
    }

    /** Some calls more, all of which have to succeed. */
    void callsStillWork() {
        SippLoad more = load("after", "caller", "calls", UDP, 10, 40);
        more.end(Duration.ofSeconds(60));
        assertThat(more.counter("ended")).as("calls that ended normally of 40").isEqualTo(40);
    }
}
