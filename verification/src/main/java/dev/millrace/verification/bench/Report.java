package dev.millrace.verification.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The rows and notes of a run, printed as Markdown tables. Owned by the main thread. */
final class Report {
    private static final String FLOOR = "floor";
    private static final double MIB = 1 << 20;

    private final List<Row> rows = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();
    private final List<String> starts = new ArrayList<>();

    void add(Row row) {
        rows.add(row);
        System.out.println(line(row));
    }

    void note(String text) {
        notes.add(text);
        System.out.println(text);
    }

    /** @param cores that our server uses for the publisher, without any reader */
    void publisherAlone(String transport, double cores) {
        note(text("%s: publisher and no reader use %.3f cores", transport, cores));
    }

    void start(String name, double seconds, long residentBytes) {
        starts.add(text("| %s | %.2f | %.0f |", name, seconds, residentBytes / MIB));
    }

    private Optional<Row> floorOf(Row row) {
        return rows.stream()
                .filter(other -> other.server().equals(FLOOR)
                        && other.transport().equals(row.transport())
                        && other.readers() == row.readers())
                .findFirst();
    }

    private String line(Row row) {
        String ratio = floorOf(row)
                .map(floor -> text("%.2f", row.cpuPerGigabit() / floor.cpuPerGigabit()))
                .orElse("-");
        return text(
                "| %s | %s | %d | %.2f | %.2f | %.3f | %.2f | %s | %.1f | %.0f | %s |",
                row.transport(),
                row.server(),
                row.readers(),
                row.gigabits() / row.seconds(),
                row.cpuS() / row.seconds(),
                row.cpuPerGigabit(),
                row.gigabitsPerCore(),
                ratio,
                row.cpuPerFrameMicros(),
                row.residentBytes() / MIB,
                row.errors().text());
    }

    /** Prints everything once more, in order. */
    void print() {
        System.out.println();
        System.out.println(
                "RTSP fan-out of one stream, 4 Mb/s 720p25 H.264 with AAC; one core for the server, one for the readers.");
        System.out.println();
        System.out.println(
                "| transport | server | readers | Gb/s | cores | CPU s/Gb | Gb/s per core | x floor | us/reader+frame | RSS MiB | errors |");
        System.out.println("|---|---|---|---|---|---|---|---|---|---|---|");
        rows.forEach(row -> System.out.println(line(row)));
        flatness();
        if (!starts.isEmpty()) {
            System.out.println();
            System.out.println("| idle | seconds to ready | RSS MiB |");
            System.out.println("|---|---|---|");
            starts.forEach(System.out::println);
        }
        System.out.println();
        notes.forEach(note -> System.out.println("- " + note));
    }

    /** Cost per reader and frame at most readers over that at fewest. */
    private void flatness() {
        for (Row last : rows) {
            rows.stream()
                    .filter(first -> first.server().equals(last.server())
                            && first.transport().equals(last.transport())
                            && first.readers() < last.readers())
                    .findFirst()
                    .filter(first -> rows.stream()
                            .noneMatch(other -> other.server().equals(last.server())
                                    && other.transport().equals(last.transport())
                                    && other.readers() > last.readers()))
                    .ifPresent(first -> notes.add(text(
                            "%s by %s: cost per reader and frame at %d readers is %.2f of that at %d",
                            last.server(),
                            last.transport(),
                            last.readers(),
                            last.cpuPerFrameMicros() / first.cpuPerFrameMicros(),
                            first.readers())));
        }
    }

    /** Whether a reader of our server or of the floor saw an error. */
    boolean failed(String server) {
        return rows.stream()
                .anyMatch(row -> (row.server().equals(server) || row.server().equals(FLOOR))
                        && row.errors().any());
    }

    /** Figures with a point, whatever the machine speaks. */
    @SuppressWarnings("AnnotateFormatMethod") // the annotation is a library of its own
    static String text(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
