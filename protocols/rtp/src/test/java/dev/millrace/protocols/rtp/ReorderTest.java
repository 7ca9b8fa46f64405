package dev.millrace.protocols.rtp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Order restored within a time bound; every packet comes out exactly once. */
class ReorderTest {
    private final List<String> log = new ArrayList<>();
    private final Reorder.Outlet<Integer> outlet = new Reorder.Outlet<>() {
        @Override
        public void next(Integer packet, int gap) {
            log.add(gap == 0 ? packet.toString() : packet + "+" + gap);
        }

        @Override
        public void discard(Integer packet) {
            log.add("-" + packet);
        }
    };
    private final Reorder<Integer> reorder = new Reorder<>(8, 100, outlet);

    private void offer(long now, int... sequences) {
        for (int sequence : sequences) {
            reorder.offer(sequence & 0xFFFF, sequence, now);
        }
    }

    @Test
    void inOrderPassesThrough() {
        offer(0, 65_534, 65_535, 65_536, 65_537);
        assertThat(log).containsExactly("65534", "65535", "65536", "65537");
        assertThat(reorder.deadlineMillis()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void swappedComesOutInOrder() {
        offer(0, 1, 3, 4, 2, 5);
        assertThat(log).containsExactly("1", "2", "3", "4", "5");
        assertThat(reorder.reordered()).isEqualTo(2);
        assertThat(reorder.lost()).isZero();
    }

    @Test
    void aLostPacketIsWaitedForByTimeNotByCount() {
        offer(0, 1);
        offer(10, 3);
        assertThat(reorder.deadlineMillis()).isEqualTo(110);
        reorder.expire(109);
        assertThat(log).containsExactly("1");
        reorder.expire(110);
        assertThat(log).containsExactly("1", "3+1");
        offer(111, 2, 4);
        assertThat(log).containsExactly("1", "3+1", "-2", "4");
        assertThat(reorder.lost()).isEqualTo(1);
    }

    @Test
    void theNextPacketAlsoEndsTheWaiting() {
        offer(0, 1, 3);
        offer(100, 4);
        assertThat(log).containsExactly("1", "3+1", "4");
    }

    @Test
    void twoGapsEachHaveTheirOwnTime() {
        offer(0, 1, 3);
        offer(50, 5);
        reorder.expire(100);
        assertThat(log).containsExactly("1", "3+1");
        reorder.expire(150);
        assertThat(log).containsExactly("1", "3+1", "5+1");
    }

    @Test
    void aFullWindowGivesUpTheMissing() {
        offer(0, 1, 3, 4, 5, 6, 7, 8, 9);
        assertThat(log).containsExactly("1");
        offer(0, 10);
        assertThat(log).containsExactly("1", "3+1", "4", "5", "6", "7", "8", "9", "10");
        offer(0, 30);
        assertThat(log).endsWith("30+19");
        assertThat(reorder.lost()).isEqualTo(20);
    }

    @Test
    void duplicatesAreDiscarded() {
        offer(0, 1, 1, 3, 3, 2);
        assertThat(log).containsExactly("1", "-1", "-3", "2", "3");
        assertThat(reorder.discarded()).isEqualTo(2);
    }

    @Test
    void oneStrayPacketIsDiscardedTwoAreANewStart() {
        offer(0, 1, 2, 40_000, 3, 20_000, 20_001, 20_002);
        assertThat(log).containsExactly("1", "2", "-40000", "3", "-20000", "20001", "20002");
        offer(0, 5, 6);
        assertThat(log).endsWith("-5", "6");
    }

    @Test
    void closeDiscardsWhatIsHeldAndBeginsAnew() {
        offer(0, 1, 3, 4);
        reorder.close();
        assertThat(log).containsExactlyInAnyOrder("1", "-3", "-4");
        assertThat(reorder.held()).isZero();
        offer(0, 100);
        assertThat(log).endsWith("100");
    }

    @Test
    void flushLetsEverythingGo() {
        offer(0, 1, 3, 6);
        reorder.flush();
        assertThat(log).containsExactly("1", "3+1", "6+2");
    }

    @Test
    void badBoundsAreRefused() {
        assertThatThrownBy(() -> new Reorder<>(3, 100, outlet)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Reorder<>(8192, 100, outlet)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void shuffledWithinTheWindowComesOutWhole() {
        Random random = new Random(5);
        for (int round = 0; round < 200; round++) {
            log.clear();
            Reorder<Integer> fresh = new Reorder<>(8, 100, outlet);
            int start = random.nextInt(65_536);
            List<Integer> sent = new ArrayList<>();
            for (int block = 0; block < 100; block++) {
                List<Integer> part = new ArrayList<>();
                for (int i = 0; i < 4; i++) {
                    part.add(start + 1 + block * 4 + i);
                }
                Collections.shuffle(part, random);
                sent.addAll(part);
            }
            fresh.offer(start, start, 0);
            sent.forEach(sequence -> fresh.offer(sequence & 0xFFFF, sequence, 0));
            List<String> expected = new ArrayList<>();
            for (int i = 0; i <= 400; i++) {
                expected.add(Integer.toString(start + i));
            }
            assertThat(log).isEqualTo(expected);
        }
    }

    @Test
    void whateverComesEachPacketComesOutOnce() {
        Random random = new Random(6);
        int[] out = {0};
        Reorder.Outlet<Integer> counting = new Reorder.Outlet<>() {
            @Override
            public void next(Integer packet, int gap) {
                out[0]++;
                assertThat(gap).isBetween(0, 65_535);
            }

            @Override
            public void discard(Integer packet) {
                out[0]++;
            }
        };
        Reorder<Integer> any = new Reorder<>(64, 50, counting);
        int sequence = 0;
        for (int i = 0; i < 200_000; i++) {
            int kind = random.nextInt(1000);
            sequence = kind < 5 ? random.nextInt(65_536) : sequence + (kind < 900 ? 1 : random.nextInt(140) - 40);
            any.offer(sequence & 0xFFFF, i, i / 4);
            assertThat(any.held()).isLessThan(64);
        }
        any.flush();
        assertThat(out[0]).isEqualTo(200_000);
    }
}
