package dev.millrace.platform.lanes;

import dev.millrace.platform.contracts.StreamPath;
import dev.millrace.platform.runtime.Loop;
import dev.millrace.platform.runtime.Timer;
import dev.millrace.protocols.rtp.RtpView;
import io.netty.buffer.ByteBufAllocator;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One publisher's stream on its way to the lane's home, wherever that is: packets become frames here, and the latest are kept
 * ({@link GopCache}), so that a home that is lost or leaves is replaced without a gap. Owned by the publisher's loop.
 */
public final class Publication {
    /** What the publisher's door wants to know; called on the publication's loop. */
    public interface Listener {
        /** The stream is taken from this publisher; packets are ignored from now on. */
        void closed(Closed why);
    }

    private final StreamPath path;
    private final Tracks tracks;
    private final Loop loop;
    private final Listener listener;
    private final FrameAssembler[] assemblers;
    private final GopCache gop;
    private final Homes homes;
    private @Nullable Outlet outlet;
    private @Nullable Timer deadline;
    private boolean closed;
    private Closed leaving = Closed.UNREACHABLE;
    private long invalid;

    Publication(
            StreamPath path,
            Tracks tracks,
            Loop loop,
            LanesConfig config,
            Listener listener,
            Publications publications) {
        this.path = path;
        this.tracks = tracks;
        this.loop = loop;
        this.listener = listener;
        this.gop = new GopCache(config.shape(), tracks.hasVideoWithKeyFrames());
        this.assemblers = tracks.all().stream()
                .map(track -> new FrameAssembler(track, ByteBufAllocator.DEFAULT, this::frame))
                .toArray(FrameAssembler[]::new);
        this.homes = new Homes(publications, this);
    }

    public StreamPath path() {
        return path;
    }

    public Tracks tracks() {
        return tracks;
    }

    Loop loop() {
        return loop;
    }

    Homes homes() {
        return homes;
    }

    /** The short id that logs and pages show. */
    public String publicId() {
        return homes.publicId();
    }

    /**
     * One RTP packet of that track, in order; the view is borrowed. A packet that is no valid RTP is counted and ignored.
     */
    public void packet(int track, ByteBuffer view, int offset, int length) {
        if (closed) {
            return;
        }
        if (track >= assemblers.length || !RtpView.valid(view, offset, length)) {
            invalid++;
            return;
        }
        FrameAssembler assembler = assemblers[track];
        assembler.packet(view, offset, length, System.nanoTime());
        if (assembler.deadlineNanos() != Long.MAX_VALUE && deadline == null) {
            deadline = loop.after(Duration.ofNanos(FrameAssembler.WAIT_NANOS), this::overdue);
        }
    }

    private void overdue() {
        deadline = null;
        long now = System.nanoTime();
        long next = Long.MAX_VALUE;
        for (FrameAssembler assembler : assemblers) {
            if (assembler.deadlineNanos() != Long.MAX_VALUE && assembler.deadlineNanos() - now <= 0) {
                assembler.finish();
            }
            next = Math.min(next, assembler.deadlineNanos());
        }
        if (next != Long.MAX_VALUE) {
            deadline = loop.after(Duration.ofNanos(Math.max(500_000, next - now)), this::overdue);
        }
    }

    /** The publisher's clock: a sender report (RFC 3550 section 6.4.1) of that track. */
    public void senderReport(int track, long ntp, long timestamp) {
        if (outlet != null) {
            outlet.report(track, ntp, timestamp);
        }
    }

    /** Packets that were no valid RTP or of no announced track. */
    public long invalid() {
        return invalid;
    }

    private void frame(Frame frame) {
        gop.add(frame);
        Outlet open = outlet;
        if (open != null) {
            open.frame(frame);
        } else {
            frame.release();
        }
    }

    /** A home is open: it gets what is kept, and everything from now on. What it has had already, its lane recognises. */
    void outlet(Outlet next) {
        if (closed) {
            next.close(leaving);
            return;
        }
        gop.retainAll().forEach(next::frame);
        Outlet before = outlet;
        outlet = next;
        if (before != null) {
            before.close(Closed.MOVED);
        }
    }

    /** The home is lost: frames are kept until there is another. */
    void noOutlet() {
        outlet = null;
    }

    boolean isClosed() {
        return closed;
    }

    /** The publisher says goodbye (TEARDOWN): the stream ends at once. */
    public void end() {
        close(Closed.ENDED);
    }

    /** The publisher vanished: the path waits for its return. */
    public void abandon() {
        close(Closed.UNREACHABLE);
    }

    private void close(Closed why) {
        if (closed) {
            return;
        }
        leaving = why;
        finishFrames();
        Outlet open = outlet;
        outlet = null;
        release();
        if (open != null) {
            open.close(why);
        }
        homes.close();
    }

    /** What lies half put together goes where frames go now. */
    private void finishFrames() {
        for (FrameAssembler assembler : assemblers) {
            assembler.finish();
        }
    }

    /** The home, or the lack of one, ended it. */
    void dismissed(Closed why) {
        if (!closed) {
            outlet = null;
            leaving = why;
            finishFrames();
            release();
            homes.close();
            listener.closed(why);
        }
    }

    private void release() {
        closed = true;
        if (deadline != null) {
            deadline.cancel();
        }
        gop.clear();
    }
}
