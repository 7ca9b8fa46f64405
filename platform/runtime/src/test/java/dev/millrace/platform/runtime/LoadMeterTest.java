package dev.millrace.platform.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.platform.runtime.testing.MovedClock;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LoadMeterTest {
    @Test
    void bitsAreCountedPerSecondWhateverTheTickTook() {
        MovedClock clock = new MovedClock();
        LoadMeter meter = new LoadMeter(clock.nanos());
        meter.bits(4_000_000);
        clock.advance(Duration.ofSeconds(2));
        meter.tick(clock.nanos());
        assertThat(meter.bitsPerSecond()).isEqualTo(2_000_000);
        clock.advance(Duration.ofSeconds(1));
        meter.tick(clock.nanos());
        assertThat(meter.bitsPerSecond()).isZero();
    }

    @Test
    void sessionsComeAndGo() {
        LoadMeter meter = new LoadMeter(0);
        meter.sessions(1);
        meter.sessions(1);
        meter.sessions(-1);
        assertThat(meter.sessions()).isEqualTo(1);
    }

    @Test
    void aNodesShareIsOfItsCapacity() {
        assertThat(new Load(1, 500, 1_000, Set.of(), 3).share()).isEqualTo(0.5);
        assertThat(Load.unknown().share()).isZero();
    }

    @Test
    void idsAreOfTheirLengthAndEpochsGrow() {
        MovedClock clock = new MovedClock();
        Ids ids = new Ids(clock);
        assertThat(ids.session()).matches("[0-9a-f]{32}").isNotEqualTo(ids.session());
        assertThat(ids.publicId()).matches("[2-9b-z]{8}");
        long first = ids.epochSeed();
        assertThat(ids.epochSeed()).isGreaterThan(first);
        clock.advance(Duration.ofSeconds(1));
        assertThat(ids.epochSeed()).isGreaterThanOrEqualTo(first + (1_000L << 10));
    }
}
