package dev.millrace.verification.scenarios;

import dev.millrace.verification.bench.TrackCheck;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A reader as people have them: it knows some addresses, follows a redirect, plays, checks every packet, and when its session
 * ends it connects again, to the next address. One virtual thread leads it; the counts are guarded by its lock.
 */
final class Viewer implements AutoCloseable {
    private static final int REDIRECTS = 3;
    private static final Duration KEEP_ALIVE = Duration.ofSeconds(5);
    private static final Duration BEFORE_NEXT = Duration.ofMillis(300);
    private static final int DATAGRAM = 65_536;

    private final String transport;
    private final List<String> urls;
    private final ReentrantLock lock = new ReentrantLock();
    private final AtomicBoolean closing = new AtomicBoolean();
    private final List<TrackCheck> tracks = new ArrayList<>();
    private final List<DatagramSocket> sockets = new ArrayList<>();
    private @Nullable RtspClient client;
    private String servedBy = "";
    private String lastRefusal = "";
    private int sessions;
    private long frames;
    private long lost;
    private long broken;
    private long lastFrameNanos = System.nanoTime();
    private long longestSilenceNanos;

    private Viewer(String transport, List<String> urls) {
        this.transport = transport;
        this.urls = urls;
    }

    /** @param transport {@code tcp} or {@code udp} */
    static Viewer open(Story story, String transport, String... urls) {
        Viewer viewer = new Viewer(transport, List.of(urls));
        Thread.ofVirtual().name("viewer").start(viewer::run);
        return story.use(viewer);
    }

    /** Whole video frames of all its sessions; packets where the stream has no video. */
    long frames() {
        return locked(() -> frames + current(TrackCheck::frames));
    }

    /** Packets that were missing inside its sessions. */
    long lost() {
        return locked(() -> lost + current(TrackCheck::lost));
    }

    /** Frames that were not whole. */
    long broken() {
        return locked(() -> broken + current(TrackCheck::broken));
    }

    /** Sessions that reached PLAY. */
    int sessions() {
        return locked(() -> (long) sessions).intValue();
    }

    /** The longest time between two frames since the last call. */
    Duration longestSilence() {
        return Duration.ofNanos(locked(() -> {
            long longest = Math.max(longestSilenceNanos, System.nanoTime() - lastFrameNanos);
            longestSilenceNanos = 0;
            return longest;
        }));
    }

    /** The URL that serves it now, after redirects. */
    String servedBy() {
        lock.lock();
        try {
            return servedBy;
        } finally {
            lock.unlock();
        }
    }

    /** Waits until more frames have come. */
    void awaitFrames(long more, Duration patience) {
        long until = frames() + more;
        Await.until(
                more + " more frames by " + transport + " from " + urls, patience, () -> frames() >= until, this::text);
    }

    /** Waits until each of them has got more frames. */
    static void awaitAll(List<Viewer> viewers, long more, Duration patience) {
        List<Long> until =
                viewers.stream().map(viewer -> viewer.frames() + more).toList();
        for (int i = 0; i < viewers.size(); i++) {
            Viewer viewer = viewers.get(i);
            viewer.awaitFrames(until.get(i) - viewer.frames(), patience);
        }
    }

    String text() {
        return transport + " " + servedBy() + ": " + frames() + " frames, " + lost() + " lost, " + broken()
                + " broken, " + sessions() + " sessions " + lastRefusal;
    }

    private interface Count {
        long of(TrackCheck check);
    }

    private long current(Count count) {
        return tracks.stream().filter(this::leads).mapToLong(count::of).sum();
    }

    /** Video tracks are what counts; where there is none, all. */
    private boolean leads(TrackCheck check) {
        return check.video() || tracks.stream().noneMatch(TrackCheck::video);
    }

    private Long locked(java.util.function.LongSupplier read) {
        lock.lock();
        try {
            return read.getAsLong();
        } finally {
            lock.unlock();
        }
    }

    private void run() {
        for (int i = 0; !closing.get(); i = (i + 1) % urls.size()) {
            try {
                session(urls.get(i));
            } catch (UncheckedIOException | IllegalStateException refused) {
                lastRefusal = "(" + urls.get(i) + ": " + refused.getMessage() + ")";
            }
            settle();
            if (!closing.get()) {
                Await.elapse(BEFORE_NEXT);
            }
        }
    }

    private void session(String first) {
        String url = first;
        RtspClient.Answer described = describe(url);
        for (int i = 0; i < REDIRECTS && described.status() / 100 == 3; i++) {
            url = described.header("Location");
            described = describe(url);
        }
        RtspClient with = checked("DESCRIBE", described);
        String base = described.header("Content-Base").isEmpty() ? url : described.header("Content-Base");
        String session = "";
        for (Media media : media(described.body(), base)) {
            RtspClient.Answer answer = with.ask(
                    "SETUP", media.control, transportOf(media), session.isEmpty() ? "X: 1" : "Session: " + session);
            checked("SETUP", answer);
            session = answer.session();
        }
        checked("PLAY", with.ask("PLAY", base, "Session: " + session, "Range: npt=0.000-"));
        lock.lock();
        try {
            sessions++;
            servedBy = url;
        } finally {
            lock.unlock();
        }
        long asked = System.nanoTime();
        while (!closing.get() && !with.ended()) {
            Await.elapse(Duration.ofMillis(50));
            if (System.nanoTime() - asked > KEEP_ALIVE.toNanos()) {
                asked = System.nanoTime();
                checked("GET_PARAMETER", with.ask("GET_PARAMETER", base, "Session: " + session));
            }
        }
    }

    private RtspClient.Answer describe(String url) {
        RtspClient old = client;
        if (old != null) {
            old.close();
        }
        RtspClient fresh = RtspClient.connect(url, this::interleaved);
        client = fresh;
        return fresh.ask("DESCRIBE", url, "Accept: application/sdp");
    }

    private RtspClient checked(String method, RtspClient.Answer answer) {
        RtspClient with = client;
        if (answer.status() != 200 || with == null) {
            throw new IllegalStateException(method + " was answered " + answer.status() + " "
                    + answer.head().lines().findFirst().orElse(""));
        }
        return with;
    }

    private record Media(boolean video, String control) {}

    private static List<Media> media(String sdp, String base) {
        List<Media> all = new ArrayList<>();
        boolean video = false;
        boolean inMedia = false;
        for (String line : sdp.split("\r?\n")) {
            if (line.startsWith("m=")) {
                inMedia = true;
                video = line.startsWith("m=video");
            } else if (inMedia && line.startsWith("a=control:")) {
                String control = line.substring(10).trim();
                all.add(new Media(
                        video, control.contains("://") ? control : base + (base.endsWith("/") ? "" : "/") + control));
            }
        }
        return all;
    }

    private String transportOf(Media media) {
        TrackCheck check = new TrackCheck(media.video);
        lock.lock();
        try {
            tracks.add(check);
            int at = 2 * (tracks.size() - 1);
            return transport.equals("udp")
                    ? "Transport: RTP/AVP;unicast;client_port=" + udp(check)
                    : "Transport: RTP/AVP/TCP;unicast;interleaved=" + at + "-" + (at + 1);
        } finally {
            lock.unlock();
        }
    }

    private String udp(TrackCheck check) {
        for (int port = 12_000 + (NodeProcess.freePort() & 0x1FFE); ; port += 2) {
            try {
                DatagramSocket even = new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
                even.setReceiveBufferSize(1 << 20);
                sockets.add(even);
                sockets.add(new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), port + 1)));
                Thread.ofPlatform().daemon().name("viewer-udp").start(() -> receive(even, check));
                return port + "-" + (port + 1);
            } catch (IOException taken) {
                // The next pair.
            }
        }
    }

    private void receive(DatagramSocket socket, TrackCheck check) {
        byte[] bytes = new byte[DATAGRAM];
        DatagramPacket datagram = new DatagramPacket(bytes, bytes.length);
        try {
            while (true) {
                socket.receive(datagram);
                packet(check, bytes, 0, datagram.getLength());
                datagram.setLength(bytes.length);
            }
        } catch (IOException closed) {
            // The session's end.
        }
    }

    private void interleaved(int channel, byte[] head, int at, int length) {
        lock.lock();
        try {
            if (channel % 2 == 0 && channel / 2 < tracks.size()) {
                packet(tracks.get(channel / 2), head, at, length);
            }
        } finally {
            lock.unlock();
        }
    }

    private void packet(TrackCheck check, byte[] head, int at, int length) {
        lock.lock();
        try {
            long before = check.frames();
            check.packet(head, at, length);
            if (leads(check) && check.frames() > before) {
                long now = System.nanoTime();
                longestSilenceNanos = Math.max(longestSilenceNanos, now - lastFrameNanos);
                lastFrameNanos = now;
            }
        } finally {
            lock.unlock();
        }
    }

    /** The session is over: its counts are kept. */
    private void settle() {
        RtspClient old = client;
        if (old != null) {
            old.close();
        }
        lock.lock();
        try {
            sockets.forEach(DatagramSocket::close);
            sockets.clear();
            frames += current(TrackCheck::frames);
            lost += current(TrackCheck::lost);
            broken += current(TrackCheck::broken);
            tracks.clear();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        closing.set(true);
    }
}
