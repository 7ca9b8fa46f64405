package dev.millrace.protocols.codecs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.platform.testkit.Mutator;
import dev.millrace.protocols.wire.Malformed;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Picture order count: against what x264 made, and by hand for what x264 does not make. */
class PictureOrderTest {
    private static final int EXECUTIONS = 200_000;

    static List<X264Sample> samples() {
        return X264Sample.all();
    }

    private static <T> List<Integer> ranks(List<T> values, Comparator<T> order) {
        List<Integer> byValue = IntStream.range(0, values.size())
                .boxed()
                .sorted((a, b) -> order.compare(values.get(a), values.get(b)))
                .toList();
        return IntStream.range(0, values.size()).map(byValue::indexOf).boxed().toList();
    }

    @ParameterizedTest
    @MethodSource("samples")
    void ordersPicturesAsPresentationTimesDo(X264Sample sample) {
        PictureOrder order = new PictureOrder();
        List<PictureOrder.Picture> pictures = sample.units().stream()
                .map(unit -> order.onAccessUnit(unit).orElseThrow())
                .toList();

        assertThat(pictures).hasSameSizeAs(sample.pts());
        assertThat(ranks(pictures, Comparator.naturalOrder()))
                .isEqualTo(ranks(sample.pts(), Comparator.naturalOrder()));
        assertThat(order.reorderSeen())
                .isLessThanOrEqualTo(H264Sps.parse(sample.sps()).maxNumReorderFrames());
    }

    private static byte[] sps(int type, boolean frames, Bits order) {
        return new Bits()
                .u(8, 77)
                .u(8, 0)
                .u(8, 30)
                .ue(0)
                .ue(0)
                .ue(type)
                .append(order)
                .ue(4)
                .flag(false)
                .ue(3)
                .ue(frames ? 2 : 1)
                .flag(frames)
                .u(frames ? 0 : 1, 0)
                .flag(true)
                .flag(false)
                .flag(false)
                .nal(0x67);
    }

    private static byte[] pps() {
        return new Bits()
                .ue(0)
                .ue(0)
                .flag(false)
                .flag(false)
                .ue(0)
                .ue(0)
                .ue(0)
                .flag(false)
                .u(2, 0)
                .se(0)
                .se(0)
                .se(0)
                .u(2, 0)
                .flag(false)
                .nal(0x68);
    }

    /** A P slice (or I for IDR) up to its picture order, and the marking behind it. */
    private static byte[] slice(int header, int frameNum, Bits fieldsAndOrder, Bits rest) {
        boolean idr = (header & 0x1F) == H264.IDR;
        Bits bits = new Bits().ue(0).ue(idr ? 7 : 5).ue(0).u(4, frameNum);
        return bits.append(fieldsAndOrder).append(rest).u(16, 0xABCD).nal(header);
    }

    private static final Bits NOTHING = new Bits();
    /** No override, no list modification, sliding window. */
    private static final Bits SLIDING = new Bits().flag(false).flag(false).flag(false);

    @Test
    void typeOneFollowsTheCycleOfReferenceFrames() {
        // One reference frame 4 apart and non-reference frames 2 before it, as section 8.2.1.2 counts them.
        Bits rules = new Bits().flag(true).se(-2).se(0).ue(1).se(4);
        PictureOrder order = new PictureOrder();
        order.onParameterSet(sps(1, true, rules));
        order.onParameterSet(pps());
        List<Integer> orders = new ArrayList<>();
        orders.add(order(order, slice(0x65, 0, new Bits().ue(0), NOTHING)));
        for (int i = 1; i <= 20; i++) {
            orders.add(order(order, slice(0x41, i % 16, NOTHING, SLIDING)));
            orders.add(order(order, slice(0x01, (i + 1) % 16, NOTHING, NOTHING)));
        }

        List<Integer> expected = new ArrayList<>(List.of(0));
        for (int i = 1; i <= 20; i++) {
            expected.add(4 * i);
            expected.add(4 * i - 2);
        }
        // A non-reference frame has the next frame_num, so it counts one reference frame less: 4 (i + 1 - 1) - 2.
        assertThat(orders).isEqualTo(expected);
    }

    @Test
    void typeTwoIsDecodingOrderAcrossTheWrapOfFrameNum() {
        PictureOrder order = new PictureOrder();
        order.onParameterSet(sps(2, true, NOTHING));
        order.onParameterSet(pps());
        List<Integer> orders = new ArrayList<>();
        orders.add(order(order, slice(0x65, 0, new Bits().ue(0), NOTHING)));
        for (int i = 1; i < 40; i++) {
            orders.add(order(order, slice(0x41, i % 16, NOTHING, SLIDING)));
        }

        assertThat(orders)
                .isEqualTo(IntStream.range(0, 40).map(i -> 2 * i).boxed().toList());
    }

    @Test
    void typeZeroWrapsItsLowBits() {
        PictureOrder order = new PictureOrder();
        order.onParameterSet(sps(0, true, new Bits().ue(0)));
        order.onParameterSet(pps());
        List<Integer> orders = new ArrayList<>();
        orders.add(order(order, slice(0x65, 0, new Bits().ue(0).u(4, 0), NOTHING)));
        for (int i = 1; i < 20; i++) {
            orders.add(order(order, slice(0x41, i % 16, new Bits().u(4, 6 * i % 16), SLIDING)));
            orders.add(order(order, slice(0x01, (i + 1) % 16, new Bits().u(4, (6 * i - 2) % 16), NOTHING)));
        }

        List<Integer> expected = new ArrayList<>(List.of(0));
        for (int i = 1; i < 20; i++) {
            expected.add(6 * i);
            expected.add(6 * i - 2);
        }
        assertThat(orders).isEqualTo(expected);
    }

    @Test
    void bothFieldsInOneUnitGiveTheLowerOrder() {
        PictureOrder order = new PictureOrder();
        order.onParameterSet(sps(0, false, new Bits().ue(4)));
        order.onParameterSet(pps());
        Bits top = new Bits().flag(true).flag(false);
        byte[] idrTop = slice(0x65, 0, new Bits().append(top).ue(0).u(8, 0), NOTHING);
        byte[] bottom = slice(0x41, 0, new Bits().flag(true).flag(true).u(8, 1), SLIDING);
        byte[] secondTop = slice(0x41, 1, new Bits().append(top).u(8, 9), SLIDING);
        byte[] secondBottom = slice(0x41, 1, new Bits().flag(true).flag(true).u(8, 8), SLIDING);

        assertThat(order.onAccessUnit(List.of(idrTop, bottom)).orElseThrow().order())
                .isEqualTo(0);
        assertThat(order.onAccessUnit(List.of(secondTop, secondBottom))
                        .orElseThrow()
                        .order())
                .isEqualTo(8);
    }

    @Test
    void operationFiveBeginsASequence() {
        PictureOrder order = new PictureOrder();
        order.onParameterSet(sps(0, true, new Bits().ue(4)));
        order.onParameterSet(pps());
        Bits forget = new Bits().flag(false).flag(false).flag(true).ue(5).ue(0);
        PictureOrder.Picture idr =
                picture(order, slice(0x65, 0, new Bits().ue(0).u(8, 0), NOTHING));
        PictureOrder.Picture second = picture(order, slice(0x41, 1, new Bits().u(8, 100), SLIDING));
        PictureOrder.Picture reset = picture(order, slice(0x41, 2, new Bits().u(8, 50), forget));
        PictureOrder.Picture after = picture(order, slice(0x41, 1, new Bits().u(8, 2), SLIDING));

        assertThat(List.of(idr, second, reset, after)).isSortedAccordingTo(Comparator.naturalOrder());
        assertThat(reset.order()).isZero();
        assertThat(after.order()).isEqualTo(2);
        assertThat(reset.sequence()).isEqualTo(second.sequence() + 1);
    }

    @Test
    void withoutParameterSetsThereIsNoAnswer() {
        assertThat(new PictureOrder()
                        .onAccessUnit(List.of(slice(0x65, 0, new Bits().ue(0).u(8, 0), NOTHING))))
                .isEmpty();
    }

    private static int order(PictureOrder order, byte[] slice) {
        return picture(order, slice).order();
    }

    private static PictureOrder.Picture picture(PictureOrder order, byte[] slice) {
        return order.onAccessUnit(List.of(slice)).orElseThrow();
    }

    @Test
    void mutated() {
        PictureOrder[] order = {new PictureOrder()};
        int[] count = {0};
        List<X264Sample> samples = X264Sample.all();
        Mutator.of(31).run("H264SliceHeader", EXECUTIONS, X264Sample.headers(), nal -> {
            if (count[0]++ % 50 == 0) {
                order[0] = new PictureOrder();
                samples.get(count[0] / 50 % samples.size()).units().getFirst().forEach(order[0]::onParameterSet);
            }
            try {
                order[0].onAccessUnit(List.of(nal));
            } catch (Malformed expected) {
                assertThat(expected.rule()).isNotEmpty();
            }
        });
    }
}
