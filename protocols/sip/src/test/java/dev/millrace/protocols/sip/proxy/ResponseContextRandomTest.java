package dev.millrace.protocols.sip.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.protocols.sip.Contact;
import dev.millrace.protocols.sip.Edit;
import dev.millrace.protocols.sip.Keys;
import dev.millrace.protocols.sip.Request;
import dev.millrace.protocols.sip.Response;
import dev.millrace.protocols.sip.SipUri;
import dev.millrace.protocols.sip.proxy.ResponseContext.Redirects;
import dev.millrace.protocols.sip.proxy.ResponseContext.Terms;
import dev.millrace.protocols.sip.proxy.State.Phase;
import dev.millrace.protocols.wire.Step;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What holds for a response context whatever happens, over random events of a fixed seed. */
class ResponseContextRandomTest {
    private static final int EVENTS = 200_000;
    private static final int LIMIT = 8;
    private static final long SEED = 3261;
    private static final int[] STATUSES = {100, 180, 183, 199, 200, 202, 302, 401, 404, 407, 408, 486, 487, 503, 603};

    private final Random random = new Random(SEED);

    /** One context's life, and what was seen of it. */
    private final class Life {
        private final boolean invite = random.nextInt(4) > 0;
        private final int breadth = random.nextInt(8) == 0 ? random.nextInt(4) : 60;
        private final Request request = Script.request(invite ? "INVITE" : "MESSAGE")
                .edit()
                .append(Keys.MAX_BREADTH, (long) breadth)
                .build();
        private final ResponseContext context = new ResponseContext(
                request,
                "ours",
                new Terms(
                        random.nextBoolean() ? Redirects.FOLLOW : Redirects.PASS,
                        Terms.TIMER_C,
                        random.nextBoolean() ? Duration.ofSeconds(20) : Duration.ZERO,
                        LIMIT));
        private final Set<Integer> pending = new HashSet<>();
        private final Set<Integer> timed = new HashSet<>();
        private final Set<Integer> cancelled = new HashSet<>();
        private State state = context.begin();
        private int finals;
        private int forked;
        private int ended;
        private boolean silent;

        void on(Event event) {
            final boolean over = state.phase() == Phase.ENDED;
            Step<State, Effect> step = context.on(state, event);
            state = step.next();
            for (Effect effect : step.effects()) {
                if (over) {
                    assertThat(effect).isInstanceOf(Effect.Forward.class);
                }
                seen(effect);
            }
            pending.removeIf(branch -> !state.branches().get(branch).pending());
            timed.retainAll(pending);
            assertThat(state.branches()).hasSizeLessThanOrEqualTo(LIMIT);
            int together = state.branches().stream()
                    .filter(Branch::pending)
                    .mapToInt(Branch::breadth)
                    .sum();
            assertThat(together).isLessThanOrEqualTo(breadth);
            assertThat(state.phase() == Phase.ENDED).isEqualTo(ended == 1);
        }

        private void seen(Effect effect) {
            switch (effect) {
                case Effect.Fork fork -> {
                    assertThat(fork.branch()).isEqualTo(forked++);
                    assertThat(fork.breadth()).isPositive();
                    assertThat(finals).as("no fork after a final response").isZero();
                    pending.add(fork.branch());
                }
                case Effect.Forward(var branch, var response) -> forwarded(branch, response);
                case Effect.CancelBranch(var branch, var _) -> {
                    assertThat(invite).isTrue();
                    assertThat(cancelled.add(branch)).as("cancelled once").isTrue();
                }
                case Effect.StartTimerC(var branch, var _) -> {
                    assertThat(invite && pending.contains(branch) && !cancelled.contains(branch))
                            .isTrue();
                    timed.add(branch);
                }
                case Effect.StopTimerC(var branch) ->
                    assertThat(timed.remove(branch)).as("timer C ran").isTrue();
                case Effect.StartRing _ -> assertThat(invite).isTrue();
                case Effect.Silence _ -> {
                    assertThat(invite || finals > 0).isFalse();
                    silent = true;
                }
                case Effect.Ended _ -> {
                    ended++;
                    assertThat(finals > 0 || silent).as("ended with an answer").isTrue();
                }
            }
        }

        private void forwarded(int branch, Response response) {
            assertThat(response.vias()).isEqualTo(request.vias());
            assertThat(branch).isBetween(Effect.OURSELVES, forked - 1);
            if (response.status() < 200) {
                assertThat(invite && response.status() > 100).isTrue();
                assertThat(finals)
                        .as("no provisional response after a final one")
                        .isZero();
            } else {
                boolean more = invite && response.isSuccess();
                assertThat(finals == 0 || more).as("one final response").isTrue();
                assertThat(response.status()).isNotEqualTo(503);
                assertThat(invite || response.status() != 408).isTrue();
                finals++;
            }
        }

        Event next() {
            int branch = random.nextInt(Math.max(1, forked + 1));
            return switch (random.nextInt(12)) {
                case 0 -> new Event.Targets(groups(), 404);
                case 1 -> new Event.TimedOut(branch);
                case 2 -> new Event.Failed(branch);
                case 3 -> invite ? new Event.TimerC(branch) : new Event.TimedOut(branch);
                case 4 -> new Event.RingOver(state.round());
                case 5 -> random.nextInt(4) == 0 ? new Event.Cancelled("") : new Event.Received(branch, response());
                case 6 ->
                    random.nextInt(4) == 0
                            ? new Event.Resolved(branch, targets())
                            : new Event.Received(branch, response());
                default -> new Event.Received(branch, response());
            };
        }

        /** What every transaction comes to: an end. */
        void drain() {
            on(new Event.Targets(List.of(), 404));
            for (int guard = 0; state.phase() != Phase.ENDED && guard < 2 * LIMIT; guard++) {
                for (int branch : List.copyOf(pending)) {
                    on(new Event.TimedOut(branch));
                }
            }
            assertThat(state.phase()).isEqualTo(Phase.ENDED);
            assertThat(pending).isEmpty();
            assertThat(finals > 0 || silent).isTrue();
        }

        private Response response() {
            int status = STATUSES[random.nextInt(STATUSES.length)];
            Edit<Response> response = Script.answer(request, status);
            for (int i = random.nextInt(4); status == 302 && i > 0; i--) {
                response.append(Keys.CONTACTS, Contact.of(uri()));
            }
            return response.build();
        }

        private List<List<Target>> groups() {
            List<List<Target>> groups = new ArrayList<>();
            for (int i = random.nextInt(4); i > 0; i--) {
                groups.add(targets());
            }
            return groups;
        }

        private List<Target> targets() {
            List<Target> targets = new ArrayList<>();
            for (int i = random.nextInt(4); i > 0; i--) {
                targets.add(new Target(uri(), random.nextInt(1_000)));
            }
            return targets;
        }

        private SipUri uri() {
            return SipUri.of("u" + random.nextInt(12), "192.0.2.9", -1);
        }
    }

    @Test
    void oneFinalResponseAndEveryBranchEnds() {
        int events = 0;
        int lives = 0;
        while (events < EVENTS) {
            Life life = new Life();
            lives++;
            for (int i = 1 + random.nextInt(30); i > 0; i--, events++) {
                life.on(life.next());
            }
            life.drain();
        }
        System.out.println("ResponseContext: " + events + " random events in " + lives + " contexts, seed " + SEED);
    }
}
