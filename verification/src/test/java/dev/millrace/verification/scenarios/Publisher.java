package dev.millrace.verification.scenarios;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** A publisher as people have them: ffmpeg in a loop over some addresses. One virtual thread leads it. */
final class Publisher implements AutoCloseable {
    private static final Duration BEFORE_NEXT = Duration.ofMillis(300);

    private final AtomicBoolean closing = new AtomicBoolean();
    private final AtomicInteger starts = new AtomicInteger();

    private Publisher() {}

    static Publisher open(Story story, Ffmpeg.Sample sample, String transport, String... urls) {
        Publisher publisher = story.use(new Publisher());
        // The sample is made before time counts.
        Proc first = Ffmpeg.publish(story, sample, transport, urls[0]);
        publisher.starts.incrementAndGet();
        Thread.ofVirtual().name("publisher").start(() -> publisher.run(story, sample, transport, List.of(urls), first));
        return publisher;
    }

    private void run(Story story, Ffmpeg.Sample sample, String transport, List<String> urls, Proc first) {
        Proc running = first;
        int at = 0;
        while (!closing.get()) {
            if (!running.alive()) {
                Await.elapse(BEFORE_NEXT);
                at = (at + 1) % urls.size();
                running = Ffmpeg.start(story, sample, transport, urls.get(at));
                starts.incrementAndGet();
            }
            Await.elapse(Duration.ofMillis(50));
        }
        running.close();
    }

    /** How often ffmpeg was started. */
    int starts() {
        return starts.get();
    }

    @Override
    public void close() {
        closing.set(true);
    }
}
