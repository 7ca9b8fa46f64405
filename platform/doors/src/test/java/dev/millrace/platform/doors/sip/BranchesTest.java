package dev.millrace.platform.doors.sip;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.platform.contracts.Role;
import dev.millrace.platform.doors.sip.Branches.Owner;
import dev.millrace.platform.runtime.Clock;
import dev.millrace.platform.runtime.NodeContext;
import dev.millrace.platform.runtime.testing.MovedClock;
import dev.millrace.platform.testkit.Mutator;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What nodes of one cluster read out of each other's branches and tags. */
class BranchesTest {
    private static DoorNodes nodes;
    private static Branches here;
    private static Branches there;
    private static Chance chance;

    @BeforeAll
    static void open() {
        nodes = DoorNodes.start(DoorNodes.spec("A", Map.of(), Role.PROXY), DoorNodes.spec("B", Map.of(), Role.PROXY));
        nodes.awaitDoors("A", "B");
        here = branches("A");
        there = branches("B");
        chance = new Chance(nodes.context("A").ids());
    }

    @AfterAll
    static void close() {
        nodes.close();
    }

    private static Branches branches(String id) {
        NodeContext node = nodes.context(id);
        return branches(id, node.clock());
    }

    private static Branches branches(String id, Clock clock) {
        NodeContext node = nodes.context(id);
        Branches branches = new Branches(id, node.secret(), node.ids(), clock);
        branches.members(node.membership().members());
        return branches;
    }

    @Test
    void everyNodeKnowsWhoseABranchIs() {
        String branch = here.next(chance, "loop");
        assertThat(branch).startsWith("z9hG4bK").endsWith(".loop").hasSizeLessThan(48);
        assertThat(here.owner(branch)).isInstanceOf(Owner.Here.class);
        assertThat(there.owner(branch)).isEqualTo(new Owner.Node("A"));
        assertThat(here.owner(there.next(chance, ""))).isEqualTo(new Owner.Node("B"));
    }

    @Test
    void aPredecessorOfTheSameNameIsAnother() {
        Branches predecessor = branches("A");
        assertThat(here.owner(predecessor.next(chance, ""))).isInstanceOf(Owner.Gone.class);
    }

    @Test
    void aNodeThatIsNoMemberIsGone() {
        NodeContext node = nodes.context("A");
        Branches former = new Branches("former", node.secret(), node.ids(), node.clock());
        assertThat(here.owner(former.next(chance, ""))).isInstanceOf(Owner.Gone.class);
        assertThat(here.lives("former")).isFalse();
        assertThat(here.lives("B")).isTrue();
    }

    @Test
    void nobodyMakesABranchUp() {
        byte[] sample = here.next(chance, "").getBytes(StandardCharsets.US_ASCII);
        String original = new String(sample, StandardCharsets.US_ASCII);
        Mutator.of(5).run("branches", 200_000, List.of(sample), input -> {
            String text = new String(input, StandardCharsets.UTF_8);
            if (!text.startsWith(original)) {
                assertThat(there.owner(text)).isInstanceOf(Owner.Stranger.class);
            }
        });
    }

    /** What a callee once was sent opens no door later. */
    @Test
    void aBranchLivesAsLongAsACallMayRing() {
        MovedClock early = new MovedClock();
        MovedClock late = new MovedClock();
        Branches maker = branches("A", early);
        Branches reader = branches("B", late);
        String branch = maker.next(chance, "");
        assertThat(reader.owner(branch)).isEqualTo(new Owner.Node("A"));
        late.advance(Records.RINGING);
        assertThat(reader.owner(branch)).isEqualTo(new Owner.Node("A"));
        late.advance(Duration.ofMinutes(2));
        assertThat(reader.owner(branch)).isInstanceOf(Owner.Stranger.class);
        early.advance(Records.RINGING.plusMinutes(2).plusSeconds(59));
        assertThat(reader.owner(maker.next(chance, "")))
                .as("the clock of A is ahead")
                .isEqualTo(new Owner.Node("A"));
        early.advance(Duration.ofMinutes(2));
        assertThat(reader.owner(maker.next(chance, ""))).isInstanceOf(Owner.Stranger.class);
        late.advance(Duration.ofDays(30));
        assertThat(reader.owner(branch)).isInstanceOf(Owner.Stranger.class);
    }

    @Test
    void aTagSaysWhoseItIs() {
        String tag = here.tag(chance);
        assertThat(tag).matches("[A-Za-z0-9_-]{19}");
        assertThat(here.tagsHere(tag)).isTrue();
        assertThat(here.tagged(tag)).isEmpty();
        assertThat(there.tagged(tag)).contains("A");
        assertThat(there.tagged(tag + "x")).isEmpty();
        assertThat(there.tagged("")).isEmpty();
        assertThat(there.tagged("a tag of a phone ..")).isEmpty();
    }

    @Test
    void branchesAndTagsDoNotRepeat() {
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < 20_000; i++) {
            assertThat(seen.add(here.next(chance, ""))).isTrue();
            assertThat(seen.add(chance.tag())).isTrue();
        }
    }

    @Test
    void theHashIsTheOneOfItsAuthors() {
        // Appendix A of the SipHash paper: key 00 01 ... 0f. Sixteen bytes 00 .. 0f give the 17th of the reference
        // vectors.
        SipHash hash = new SipHash(0x0706050403020100L, 0x0f0e0d0c0b0a0908L);
        assertThat(hash.of(0x0706050403020100L, 0x0f0e0d0c0b0a0908L)).isEqualTo(0x3f2acc7f57c29bdbL);
    }
}
