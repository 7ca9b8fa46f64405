package dev.millrace.standalone;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Lines for a terminal, with columns as wide as they need to be. */
final class Columns {
    private static final String GAP = "  ";

    private Columns() {}

    /** @param rows each with as many cells as there are titles */
    static String of(List<String> titles, List<List<String>> rows) {
        List<List<String>> lines = new ArrayList<>();
        lines.add(titles);
        lines.addAll(rows);
        return lines.stream().map(line -> padded(line, lines)).collect(Collectors.joining("\n"));
    }

    private static String padded(List<String> line, List<List<String>> all) {
        StringBuilder text = new StringBuilder();
        for (int column = 0; column < line.size(); column++) {
            int at = column;
            int width =
                    all.stream().mapToInt(each -> each.get(at).length()).max().orElse(0);
            text.append(line.get(column))
                    .repeat(' ', width - line.get(column).length())
                    .append(GAP);
        }
        return text.toString().stripTrailing();
    }
}
