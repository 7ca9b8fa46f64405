package dev.millrace.platform.doors.resolve;

import dev.millrace.platform.runtime.Clock;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.SimpleResolver;

/**
 * Questions to DNS servers, RFC 1035, with a bounded memory of the answers (LRU, by TTL). The same question is on the way once.
 * May be used from any thread and blocks none; answers complete on the thread of dnsjava.
 */
final class Dns {
    /** Questions on the way, at most. */
    static final int MAX_OPEN = 1_000;

    /** Tries of one question, over all servers. */
    private static final int TRIES = 3;

    private static final long SECOND = 1_000_000_000;

    private final List<SimpleResolver> servers;
    private final Clock clock;
    private final int limit;
    private final Map<Question, Kept> kept = new LinkedHashMap<>(16, 0.75f, true);
    private final Map<Question, CompletableFuture<Answer>> open = new HashMap<>();
    private final Counter asked;
    private final Counter failed;

    private record Question(Name name, int type) {}

    private record Kept(Answer answer, long untilNanos) {}

    Dns(List<InetSocketAddress> servers, Duration timeout, int limit, Clock clock, MeterRegistry metrics) {
        this.servers = servers.stream()
                .map(address -> {
                    SimpleResolver server = new SimpleResolver(address);
                    server.setTimeout(timeout);
                    return server;
                })
                .toList();
        this.clock = clock;
        this.limit = limit;
        this.asked = Counter.builder("millrace.dns.questions")
                .description("Questions sent to DNS servers, tries not counted")
                .register(metrics);
        this.failed = Counter.builder("millrace.dns.failed")
                .description("Questions to which no DNS server had an answer, or that were too many at once")
                .register(metrics);
    }

    /** Never fails: a failure is an answer. */
    CompletableFuture<Answer> ask(Name name, int type) {
        Question question = new Question(name, type);
        CompletableFuture<Answer> coming;
        synchronized (this) {
            Kept before = kept.get(question);
            if (before != null && clock.nanos() - before.untilNanos < 0) {
                return CompletableFuture.completedFuture(before.answer);
            }
            CompletableFuture<Answer> same = open.get(question);
            if (same != null) {
                return same;
            }
            if (open.size() >= MAX_OPEN || servers.isEmpty()) {
                failed.increment();
                return CompletableFuture.completedFuture(Answer.failure(servers.isEmpty()));
            }
            coming = new CompletableFuture<>();
            open.put(question, coming);
        }
        asked.increment();
        attempt(question, 0, coming);
        return coming;
    }

    private void attempt(Question question, int number, CompletableFuture<Answer> coming) {
        Message query = Message.newQuery(Record.newRecord(question.name, question.type, DClass.IN));
        servers.get(number % servers.size())
                .sendAsync(query, Runnable::run)
                .whenComplete((message, failure) -> answered(question, number, coming, message, failure));
    }

    /** A server that says that it cannot is not asked again, one that is silent may have lost the datagram. */
    private void answered(
            Question question,
            int number,
            CompletableFuture<Answer> coming,
            @Nullable Message message,
            @Nullable Throwable failure) {
        if (failure == null && message != null && !Answer.refusal(message)) {
            done(question, Answer.of(message, question.name, question.type), coming);
        } else if (number + 1 < (failure == null ? servers.size() : TRIES)) {
            attempt(question, number + 1, coming);
        } else {
            failed.increment();
            done(question, Answer.failure(failure != null), coming);
        }
    }

    private void done(Question question, Answer answer, CompletableFuture<Answer> coming) {
        synchronized (this) {
            open.remove(question);
            if (answer.seconds() > 0) {
                kept.put(question, new Kept(answer, clock.nanos() + answer.seconds() * SECOND));
                if (kept.size() > limit) {
                    kept.remove(kept.keySet().iterator().next());
                }
            }
        }
        coming.complete(answer);
    }

    synchronized int size() {
        return kept.size();
    }
}
