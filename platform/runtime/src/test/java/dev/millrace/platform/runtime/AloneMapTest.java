package dev.millrace.platform.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import com.hazelcast.map.IMap;
import dev.millrace.platform.runtime.testing.MovedClock;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The entries of a node that is alone, without a node. */
class AloneMapTest {
    private static final byte[] KEY = {7};
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final MovedClock clock = new MovedClock();
    private final LastingTables tables = new LastingTables(List.of(Words.HELD), Optional.empty(), clock);
    private final AtomicBoolean alone = new AtomicBoolean(true);
    private final AloneMap map = new AloneMap("test-held", tables, clock, alone::get);

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String text(byte @Nullable [] bytes) {
        return bytes == null ? "" : new String(bytes, StandardCharsets.UTF_8);
    }

    private void write(byte[] key, String text, Duration lifetime) {
        assertThat(map.execute(key, new Write(bytes(text), lifetime.toMillis())))
                .isNotNull();
    }

    private String add(String word) {
        Decide<Words, String, String> decide = new Decide<>(tables, "test-held", Words.ADD, word);
        AloneMap.Ran<byte[]> ran = map.execute(KEY, decide);
        return ran == null ? "nobody" : decide.answer(ran.answer());
    }

    @Test
    void rulesDecideAsTheyDoInTheCluster() {
        assertThat(add("b")).isEqualTo("b");
        assertThat(add("a")).isEqualTo("a b");
        assertThat(add("no")).isEqualTo("a b");
        assertThat(map.size()).isEqualTo(1);
        assertThat(map.left()).containsExactly(KEY);
    }

    @Test
    void anEntryEndsAndIsForgotten() {
        List<String> told = new ArrayList<>();
        map.onChange((key, value) -> told.add(text(value)));
        write(KEY, "short", MINUTE);
        clock.advance(MINUTE.minusMillis(1));
        assertThat(text(map.get(KEY))).isEqualTo("short");
        clock.advance(Duration.ofMillis(1));
        assertThat(text(map.get(KEY))).isEmpty();
        assertThat(map.size()).as("it is still there, though nobody sees it").isEqualTo(1);
        clock.advance(Duration.ofSeconds(3));
        map.end();
        assertThat(map.size()).isZero();
        assertThat(told).containsExactly("short", "");
    }

    @Test
    void oneThatIsRefreshedStays() {
        write(KEY, "one", MINUTE);
        for (int i = 0; i < 10; i++) {
            clock.advance(MINUTE.dividedBy(2));
            write(KEY, "refreshed", MINUTE);
            map.end();
        }
        assertThat(text(map.get(KEY))).isEqualTo("refreshed");
        write(KEY, "shorter", Duration.ofSeconds(1));
        clock.advance(Duration.ofSeconds(5));
        map.end();
        assertThat(map.size()).isZero();
    }

    /** As calls are: they have half a day and are over after minutes. */
    @Test
    void whereARemovedEntryLayIsForgottenSoon() {
        for (int i = 0; i < 100_000; i++) {
            byte[] key = bytes("k" + i);
            write(key, "call", Duration.ofHours(12));
            map.execute(key, new Write(null, 0));
            if (i % 1_000 == 0) {
                clock.advance(Duration.ofSeconds(5));
                map.end();
            }
        }
        assertThat(map.size()).isZero();
        assertThat(map.looks()).as("100,000 in 500 s").isLessThan(70_000);
        clock.advance(Duration.ofMinutes(6));
        for (int i = 0; i < 40; i++) {
            map.end();
        }
        assertThat(map.looks()).isZero();
    }

    @Test
    void anEntryThatEndsEarlierNowHasOnePlaceAgain() {
        Duration life = Duration.ofMinutes(10);
        for (int i = 1; i < 4; i++) {
            write(KEY, "shorter", life.minusMinutes(2L * i));
        }
        write(KEY, "longer", life);
        assertThat(map.looks()).isGreaterThan(1);
        for (int i = 0; i < 7; i++) {
            clock.advance(MINUTE);
            map.end();
        }
        assertThat(map.looks()).isEqualTo(1);
        assertThat(text(map.get(KEY))).isEqualTo("longer");
        clock.advance(life);
        map.end();
        assertThat(map.size()).isZero();
        assertThat(map.looks()).isZero();
    }

    @Test
    void oneWithoutAnEndStaysForGood() {
        write(KEY, "one", MINUTE);
        write(KEY, "for good", Duration.ZERO);
        clock.advance(MINUTE.multipliedBy(3));
        map.end();
        map.end();
        assertThat(text(map.get(KEY))).isEqualTo("for good");
    }

    @Test
    void manyThatEndAtOnceEndInTurns() {
        for (int i = 0; i < 5_000; i++) {
            write(bytes("k" + i), "x", MINUTE);
        }
        clock.advance(MINUTE.plusSeconds(5));
        map.end();
        assertThat(map.size()).isEqualTo(3_000);
        map.end();
        map.end();
        assertThat(map.size()).isZero();
    }

    @Test
    void everyEntryIsInOnePart() {
        TreeSet<String> seen = new TreeSet<>();
        int most = 0;
        for (int i = 0; i < 10_000; i++) {
            write(bytes("sip:user" + i + "@example.com"), "x", Duration.ZERO);
        }
        for (int part = 0; part < AloneMap.PARTS; part++) {
            int before = seen.size();
            map.each(part, (key, value) -> assertThat(seen.add(text(key))).isTrue());
            most = Math.max(most, seen.size() - before);
        }
        assertThat(seen).hasSize(10_000);
        assertThat(most).as("evenly").isLessThan(10_000 / AloneMap.PARTS * 4);
    }

    @Test
    void writersAtOnceAllCount() throws InterruptedException {
        List<Thread> writers = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            int first = i * 50;
            writers.add(Thread.ofPlatform().start(() -> {
                for (int word = first; word < first + 50; word++) {
                    add("w" + word);
                }
            }));
        }
        for (Thread each : writers) {
            each.join();
        }
        assertThat(add("last").split(" ")).hasSize(201);
    }

    @Test
    void onceItIsOverNothingIsWrittenHere() {
        add("before");
        alone.set(false);
        assertThat(add("after")).isEqualTo("nobody");
        assertThat(map.left()).containsExactly(KEY);
        clock.advance(Duration.ofDays(1));
        map.end();
        assertThat(map.size()).isEqualTo(1);
    }

    @Test
    @SuppressWarnings("unchecked")
    void aMoveThatHazelcastRefusesMayBeTriedAgain() {
        write(KEY, "moves", MINUTE);
        alone.set(false);
        AtomicInteger asked = new AtomicInteger();
        IMap<byte[], byte[]> to = Fake.of(IMap.class, Map.of("submitToKey", arguments -> {
            if (asked.incrementAndGet() == 1) {
                throw new IllegalStateException("too busy");
            }
            return Optional.of(CompletableFuture.completedFuture(new byte[0]));
        }));
        assertThat(map.move(KEY, to).toCompletableFuture()).isCompletedExceptionally();
        assertThat(map.size()).isEqualTo(1);
        assertThat(map.move(KEY, to).toCompletableFuture()).isCompleted();
        assertThat(map.size()).isZero();
    }
}
