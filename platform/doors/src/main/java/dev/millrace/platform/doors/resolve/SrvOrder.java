package dev.millrace.platform.doors.resolve;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.IntUnaryOperator;
import org.xbill.DNS.SRVRecord;

/** The order in which servers are tried, RFC 2782: by priority; within one, at random by weight. */
final class SrvOrder {
    private SrvOrder() {}

    /** @param random a number from 0 to below its argument */
    static List<SRVRecord> of(List<SRVRecord> records, IntUnaryOperator random) {
        List<SRVRecord> left = new ArrayList<>(records);
        // Those without weight first: the running sum then gives them the small chance that the RFC wants.
        left.sort(Comparator.comparingInt(SRVRecord::getPriority).thenComparingInt(SRVRecord::getWeight));
        List<SRVRecord> ordered = new ArrayList<>(left.size());
        while (!left.isEmpty()) {
            ordered.add(left.remove(pick(left, random)));
        }
        return ordered;
    }

    /** The position of the next one among those of the lowest priority. */
    private static int pick(List<SRVRecord> left, IntUnaryOperator random) {
        int priority = left.getFirst().getPriority();
        int group = 0;
        int weights = 0;
        while (group < left.size() && left.get(group).getPriority() == priority) {
            weights += left.get(group++).getWeight();
        }
        int drawn = random.applyAsInt(weights + 1);
        int sum = 0;
        for (int i = 0; i < group; i++) {
            sum += left.get(i).getWeight();
            if (sum >= drawn) {
                return i;
            }
        }
        return group - 1;
    }
}
