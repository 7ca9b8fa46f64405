package dev.millrace.verification.scenarios;

import io.lindstrom.m3u8.model.MediaPlaylist;
import io.lindstrom.m3u8.model.MediaSegment;
import io.lindstrom.m3u8.parser.MasterPlaylistParser;
import io.lindstrom.m3u8.parser.MediaPlaylistParser;
import io.lindstrom.m3u8.parser.ParsingMode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;

/**
 * An HLS player without a picture: it knows some addresses, polls the playlist of the one that answers and fetches each segment
 * once. One virtual thread leads it; what it saw is guarded by its lock.
 */
final class HlsViewer implements AutoCloseable {
    private static final Duration ANSWER = Duration.ofSeconds(8);
    private static final Duration POLL = Duration.ofMillis(300);

    /** A segment that was fetched; {@code content} tells whether two of one number are the same. */
    record Segment(long sequence, boolean discontinuity, int bytes, int content, String from) {}

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(ANSWER).build();
    private final List<String> urls;
    private final AtomicBoolean closing = new AtomicBoolean();
    private final ReentrantLock lock = new ReentrantLock();
    private final List<Segment> segments = new ArrayList<>();
    private long next = -1;
    private long skipped;
    private long ended;
    private final List<String> backwards = new ArrayList<>();
    private final Map<String, Long> newest = new HashMap<>();
    private String trouble = "";

    private HlsViewer(List<String> urls) {
        this.urls = urls;
    }

    /** @param urls playlists of one stream at several nodes */
    static HlsViewer open(Story story, String... urls) {
        HlsViewer viewer = new HlsViewer(List.of(urls));
        Thread.ofVirtual().name("hls-viewer").start(viewer::run);
        return story.use(viewer);
    }

    /** What was fetched, in order. */
    List<Segment> segments() {
        lock.lock();
        try {
            return List.copyOf(segments);
        } finally {
            lock.unlock();
        }
    }

    /** Numbers that no playlist offered any more when this viewer came to them. */
    long skipped() {
        lock.lock();
        try {
            return skipped;
        } finally {
            lock.unlock();
        }
    }

    /** Playlists that ended before one that this viewer had seen at the same address. */
    List<String> backwards() {
        lock.lock();
        try {
            return List.copyOf(backwards);
        } finally {
            lock.unlock();
        }
    }

    /** Playlists that said EXT-X-ENDLIST, at which a player stops for good. */
    long ended() {
        lock.lock();
        try {
            return ended;
        } finally {
            lock.unlock();
        }
    }

    /** Segments before which the playlist said EXT-X-DISCONTINUITY. */
    long discontinuities() {
        return segments().stream().filter(Segment::discontinuity).count();
    }

    void awaitSegments(int more, Duration patience) {
        int until = segments().size() + more;
        Await.until(
                more + " more segments from " + urls,
                patience,
                () -> segments().size() >= until,
                () -> segments() + " " + trouble);
    }

    private void run() {
        int at = 0;
        while (!closing.get()) {
            String url = urls.get(at);
            try {
                follow(url);
            } catch (IOException failure) {
                trouble = url + ": " + failure;
                at = (at + 1) % urls.size();
            }
            Await.elapse(POLL);
        }
    }

    private void follow(String url) throws IOException {
        String text = get(url).body();
        String media = url;
        if (text.contains("#EXT-X-STREAM-INF")) {
            media = URI.create(url)
                    .resolve(new MasterPlaylistParser(ParsingMode.LENIENT)
                            .readPlaylist(text)
                            .variants()
                            .getFirst()
                            .uri())
                    .toString();
            text = get(media).body();
        }
        MediaPlaylist playlist = new MediaPlaylistParser(ParsingMode.LENIENT).readPlaylist(text);
        long sequence = playlist.mediaSequence();
        looked(media, playlist);
        for (MediaSegment segment : playlist.mediaSegments()) {
            if (next < 0 || sequence >= next) {
                take(media, segment, sequence);
            }
            sequence++;
        }
    }

    private void looked(String media, MediaPlaylist playlist) {
        long last = playlist.mediaSequence() + playlist.mediaSegments().size() - 1;
        lock.lock();
        try {
            ended += playlist.ongoing() ? 0 : 1;
            long before = newest.getOrDefault(media, last);
            if (last < before) {
                backwards.add(media + ": " + last + " after " + before);
            }
            newest.put(media, Math.max(last, before));
        } finally {
            lock.unlock();
        }
    }

    private void take(String media, MediaSegment segment, long sequence) throws IOException {
        String content =
                get(URI.create(media).resolve(segment.uri()).toString()).body();
        lock.lock();
        try {
            skipped += next < 0 ? 0 : sequence - next;
            next = sequence + 1;
            segments.add(new Segment(
                    sequence,
                    segment.discontinuity(),
                    content.length(),
                    content.hashCode(),
                    URI.create(media).getAuthority()));
        } finally {
            lock.unlock();
        }
    }

    private HttpResponse<String> get(String url) throws IOException {
        try {
            HttpResponse<String> answer = http.send(
                    HttpRequest.newBuilder(URI.create(url)).timeout(ANSWER).build(),
                    HttpResponse.BodyHandlers.ofString(java.nio.charset.StandardCharsets.ISO_8859_1));
            if (answer.statusCode() != 200) {
                throw new IOException("answered " + answer.statusCode());
            }
            return answer;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException(interrupted);
        }
    }

    @Override
    public void close() {
        closing.set(true);
    }
}
