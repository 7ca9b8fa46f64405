package dev.millrace.protocols.hls;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.protocols.hls.DecodeOrder.Placed;
import dev.millrace.protocols.hls.DecodeOrder.Reordering;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Decoding times rise strictly, are never after presentation times, and shift by no more than the reorder depth. */
final class DecodeOrderTest {
    private static final int FRAME = 3_600;

    record Row(String name, Reordering reordering, List<Integer> shown, List<Integer> decoded) {
        @Override
        public String toString() {
            return name;
        }
    }

    /** Numbers are frames: presentation order in decoding order, then the decoding times that must come out. */
    static Stream<Row> rows() {
        return Stream.of(
                new Row("without B-frames DTS is PTS", Reordering.NONE, List.of(0, 1, 2, 3, 4), List.of(0, 1, 2, 3, 4)),
                new Row(
                        "I P B B, depth 1 stated",
                        new Reordering(1, true),
                        List.of(0, 3, 1, 2, 6, 4, 5),
                        List.of(-1, 0, 1, 2, 3, 4, 5)),
                new Row(
                        "x264 -bf 3 with a pyramid, depth 2 stated",
                        new Reordering(2, true),
                        List.of(0, 4, 2, 1, 3, 8, 6, 5, 7, 9),
                        List.of(-2, -1, 0, 1, 2, 3, 4, 5, 6, 7)),
                new Row(
                        "depth only bounded, none used (cameras)",
                        new Reordering(4, false),
                        List.of(0, 1, 2, 3, 4, 5, 6, 7),
                        List.of(0, 1, 2, 3, 4, 5, 6, 7)),
                new Row(
                        "depth only bounded, 1 used",
                        new Reordering(4, false),
                        List.of(0, 3, 1, 2, 6, 4, 5, 9, 7, 8),
                        List.of(-1, 0, 1, 2, 3, 4, 5, 6, 7, 8)),
                new Row(
                        "a picture is lost",
                        new Reordering(1, true),
                        List.of(0, 3, 2, 6, 4, 5),
                        List.of(-1, 0, 2, 3, 4, 5)));
    }

    @ParameterizedTest
    @MethodSource("rows")
    void table(Row row) {
        DecodeOrder<Integer> order = new DecodeOrder<>(row.reordering(), FRAME);
        List<Placed<Integer>> placed = new ArrayList<>();
        row.shown().forEach(frame -> placed.addAll(order.on(10_000L * FRAME + frame * FRAME, frame)));
        placed.addAll(order.end());
        assertThat(placed.stream().map(Placed::unit)).containsExactlyElementsOf(row.shown());
        assertThat(placed.stream().mapToLong(each -> (each.dts90k() - 10_000L * FRAME) / FRAME))
                .containsExactlyElementsOf(
                        row.decoded().stream().map(Integer::longValue).toList());
        assertThat(order.late()).isZero();
    }

    @Test
    void everyStructureOfGroupsKeepsTheRules() {
        SplittableRandom random = new SplittableRandom(7);
        for (int run = 0; run < 2_000; run++) {
            int bFrames = random.nextInt(8);
            boolean pyramid = random.nextBoolean();
            List<Integer> frames = structure(random, 120, bFrames, pyramid);
            int depth = depth(frames);
            boolean stated = random.nextBoolean();
            Reordering reordering =
                    stated ? new Reordering(depth, true) : new Reordering(Math.max(depth, random.nextInt(17)), false);
            double loss = random.nextInt(3) * 0.05;
            List<Long> times = new ArrayList<>();
            for (int frame : frames) {
                if (times.isEmpty() || random.nextDouble() >= loss) {
                    times.add(1_000_000L + (long) frame * FRAME + random.nextInt(200));
                }
            }
            DecodeOrder<Long> order = new DecodeOrder<>(reordering, FRAME);
            List<Placed<Long>> placed = placed(order, times);
            rules(placed, times);
            if (stated) {
                assertThat(order.late()).isZero();
                placed.forEach(each -> assertThat(each.pts90k()).isEqualTo(each.unit()));
            }
        }
    }

    @Test
    void timesOfNoSenseAtAllKeepTheRules() {
        SplittableRandom random = new SplittableRandom(11);
        for (int run = 0; run < 2_000; run++) {
            List<Long> times = LongStream.range(0, 100)
                    .map(i -> 5_000_000L + random.nextLong(1 + random.nextLong(5_000_000_000L)))
                    .boxed()
                    .toList();
            Reordering reordering = new Reordering(random.nextInt(20), random.nextBoolean());
            List<Placed<Long>> placed = placed(new DecodeOrder<>(reordering, FRAME), times);
            rules(placed, times);
        }
    }

    @Test
    void aStreamDeeperThanStatedIsLateOnceAndThenRight() {
        DecodeOrder<Long> order = new DecodeOrder<>(Reordering.NONE, FRAME);
        List<Long> times = new ArrayList<>();
        for (int frame : structure(new SplittableRandom(1), 60, 2, false)) {
            times.add(900_000L + (long) frame * FRAME);
        }
        rules(placed(order, times), times);
        assertThat(order.late()).isBetween(1L, 3L);
    }

    @Test
    void anAbsenceStartsTheOrderAnew() {
        DecodeOrder<Long> order = new DecodeOrder<>(new Reordering(2, true), FRAME);
        List<Long> times = new ArrayList<>();
        for (int life = 0; life < 2; life++) {
            for (int frame : structure(new SplittableRandom(1), 30, 3, true)) {
                times.add(900_000L + life * 90_000L * 60 + (long) frame * FRAME);
            }
        }
        List<Placed<Long>> placed = placed(order, times);
        rules(placed, times);
        assertThat(placed).allMatch(each -> each.pts90k() - each.dts90k() <= 6L * FRAME);
    }

    private static List<Placed<Long>> placed(DecodeOrder<Long> order, List<Long> times) {
        List<Placed<Long>> placed = new ArrayList<>();
        times.forEach(time -> placed.addAll(order.on(time, time)));
        placed.addAll(order.end());
        return placed;
    }

    private static void rules(List<Placed<Long>> placed, List<Long> times) {
        assertThat(placed.stream().map(Placed::unit)).containsExactlyElementsOf(times);
        for (int i = 0; i < placed.size(); i++) {
            assertThat(placed.get(i).dts90k()).isLessThanOrEqualTo(placed.get(i).pts90k());
            if (i > 0) {
                assertThat(placed.get(i).dts90k())
                        .isGreaterThan(placed.get(i - 1).dts90k());
            }
        }
    }

    /** Frames by presentation number in decoding order: runs of up to {@code bFrames} between references, IDR now and then. */
    private static List<Integer> structure(SplittableRandom random, int count, int bFrames, boolean pyramid) {
        List<Integer> frames = new ArrayList<>();
        frames.add(0);
        for (int last = 0; last < count; ) {
            int between = random.nextInt(bFrames + 1);
            int reference = last + between + 1;
            frames.add(reference);
            between(frames, last + 1, reference - 1, pyramid);
            last = reference;
        }
        return frames;
    }

    private static void between(List<Integer> frames, int from, int to, boolean pyramid) {
        if (from > to) {
            return;
        }
        if (!pyramid) {
            IntStream.rangeClosed(from, to).forEach(frames::add);
            return;
        }
        int middle = (from + to) / 2;
        frames.add(middle);
        between(frames, from, middle - 1, true);
        between(frames, middle + 1, to, true);
    }

    private static int depth(List<Integer> frames) {
        int depth = 0;
        for (int i = 0; i < frames.size(); i++) {
            int frame = frames.get(i);
            depth = Math.max(depth, (int) frames.subList(0, i).stream()
                    .filter(before -> before > frame)
                    .count());
        }
        return depth;
    }
}
