package dev.millrace.platform.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RendezvousTest {
    private static String owner(List<String> nodes, String key) {
        return nodes.stream()
                .max(Comparator.comparingLong(node -> Rendezvous.weight(node, key)))
                .orElseThrow();
    }

    @Test
    void keysSpreadEvenly() {
        List<String> nodes = List.of("A", "B", "C", "D");
        var counts = IntStream.range(0, 10_000)
                .mapToObj(i -> owner(nodes, "stream/" + i))
                .collect(Collectors.groupingBy(node -> node, Collectors.counting()));
        assertThat(counts.values())
                .hasSize(4)
                .allSatisfy(count -> assertThat(count).isBetween(2_300L, 2_700L));
    }

    @Test
    void onlyTheKeysOfALostNodeMove() {
        List<String> before = List.of("A", "B", "C", "D");
        List<String> after = List.of("A", "B", "D");
        for (int i = 0; i < 1_000; i++) {
            String key = "stream/" + i;
            String owner = owner(before, key);
            if (!owner.equals("C")) {
                assertThat(owner(after, key)).isEqualTo(owner);
            }
        }
    }
}
