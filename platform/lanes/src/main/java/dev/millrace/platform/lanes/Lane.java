package dev.millrace.platform.lanes;

import dev.millrace.platform.contracts.StreamPath;
import dev.millrace.platform.contracts.Streams.Restamp;
import dev.millrace.platform.runtime.LoadMeter;
import dev.millrace.platform.runtime.Loop;
import dev.millrace.platform.runtime.Timer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * One stream on one node: its home where the publisher's frames come in, or a copy that follows the home. Which of the two
 * is a matter of the current source alone, so a lane can change its home without its readers noticing. Owned by one loop;
 * what may be called from any thread says so.
 */
public final class Lane {
    /**
     * @param gopBytes most bytes kept since the last key frame
     * @param gopTime longest time kept since the last key frame
     * @param audioMerge how long an audio frame may wait for a video write, zero for not at all
     * @param packets longest datagrams
     */
    public record Shape(long gopBytes, Duration gopTime, Duration audioMerge, PacketLimits packets) {}

    /** How long a reader's start waits for the first frame of a lane that has had none. */
    private static final Duration PARKED = Duration.ofMillis(500);

    private final StreamPath path;
    private final String publicId;
    private final Loop loop;
    private final Shape shape;
    private final LoadMeter load;
    private final GopCache gop;
    private final ReaderCounters counters = new ReaderCounters();
    private final AtomicInteger readers = new AtomicInteger();
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicLong packets = new AtomicLong();
    private final List<Frame> merging = new ArrayList<>();
    private final @Nullable Branch[] branches;
    private final List<Runnable> parked = new ArrayList<>();
    private @Nullable Timer parkedTimer;

    private volatile Tracks tracks;
    private Numbering[] numbering;
    private @Nullable Clocking[] clocks;
    /** Reports that came before the first frame of their source, in the source's numbers. */
    private @Nullable Clocking[] early;

    private boolean[] heard;
    private int[] extraIpv4;
    private int[] extraIpv6;
    private @Nullable LaneSource source;
    private @Nullable Timer mergeTimer;
    private volatile long lastFrameNanos;
    private volatile long lost;
    private volatile long epoch;
    private volatile String edge = "";
    private volatile long bitsPerSecond;
    private long bytesBefore;
    private volatile @Nullable Closed closed;

    Lane(StreamPath path, String publicId, Loop loop, int loops, Tracks tracks, Shape shape, LoadMeter load) {
        this.load = load;
        this.path = path;
        this.publicId = publicId;
        this.loop = loop;
        this.shape = shape;
        this.gop = new GopCache(shape, tracks.hasVideoWithKeyFrames());
        this.branches = new Branch[loops];
        this.lastFrameNanos = System.nanoTime();
        this.tracks = tracks;
        this.numbering = numbering(tracks);
        this.clocks = new Clocking[tracks.size()];
        this.early = new Clocking[tracks.size()];
        this.heard = new boolean[tracks.size()];
        this.extraIpv4 = new int[tracks.size()];
        this.extraIpv6 = new int[tracks.size()];
    }

    private static Numbering[] numbering(Tracks tracks) {
        return tracks.all().stream()
                .map(track -> new Numbering(track.index(), track.clockRate()))
                .toArray(Numbering[]::new);
    }

    public StreamPath path() {
        return path;
    }

    /** The short id that logs and pages show. */
    public String publicId() {
        return publicId;
    }

    /** Who owns it. */
    public Loop loop() {
        return loop;
    }

    /** Readers on this node now. Any thread. */
    public int readers() {
        return readers.get();
    }

    /** Payload and headers received, bytes. Any thread. */
    public long bytes() {
        return bytes.get();
    }

    /** RTP packets received. Any thread. */
    public long packets() {
        return packets.get();
    }

    /** Packets the numbers miss. Any thread. */
    public long lost() {
        return lost;
    }

    /** Frames that readers were too slow for. Any thread. */
    public long dropped() {
        return counters.droppedFrames.get();
    }

    /** When the last frame came, monotonic nanoseconds. Any thread. */
    public long lastFrameNanos() {
        return lastFrameNanos;
    }

    public Tracks tracks() {
        return tracks;
    }

    /** The epoch under which this node is its home, 0 for a copy. Any thread. */
    public long epoch() {
        return epoch;
    }

    /** The node its publisher is connected to, as far as its home knows. Any thread. */
    public String edge() {
        return edge;
    }

    /** The home's word on epoch and edge. */
    public void owned(long newEpoch, String newEdge) {
        epoch = newEpoch;
        edge = newEdge;
    }

    /** What came in between the last two calls of {@link #tick}. Any thread. */
    public long bitsPerSecond() {
        return bitsPerSecond;
    }

    /** Called once a second by one who asks for {@link #bitsPerSecond}. */
    public void tick() {
        long now = bytes.get();
        bitsPerSecond = (now - bytesBefore) * 8;
        bytesBefore = now;
    }

    ReaderCounters counters() {
        return counters;
    }

    public boolean isClosed() {
        return closed != null;
    }

    /** Whether {@code candidate} is the one whose frames are taken. */
    public boolean isSource(LaneSource candidate) {
        return source == candidate;
    }

    /**
     * From now on only this source's frames are taken. With other tracks the readers are closed, so that they describe the
     * stream again.
     *
     * @param restamps how another home re-stamped the same publisher
     */
    public void source(LaneSource next, Tracks described, List<Restamp> restamps) {
        source = next;
        Arrays.fill(heard, false);
        Arrays.fill(early, null);
        if (!tracks.continues(described)) {
            closeBranches(Closed.CHANGED);
            gop.restart(described.hasVideoWithKeyFrames());
            dropMerging();
            numbering = numbering(described);
            clocks = new Clocking[described.size()];
            early = new Clocking[described.size()];
            heard = new boolean[described.size()];
            extraIpv4 = new int[described.size()];
            extraIpv6 = new int[described.size()];
        }
        tracks = described;
        for (Restamp restamp : restamps) {
            if (restamp.track() < numbering.length) {
                numbering[restamp.track()].adopt(restamp);
            }
        }
    }

    /** The current source is another node's lane: its frames carry the numbers that readers see. */
    void outwardNumbers() {
        for (Numbering numbers : numbering) {
            numbers.outwardNumbers();
        }
    }

    /** Takes the frame over and passes it on; frames of anyone but the current source, and old ones, are dropped. */
    public void accept(LaneSource from, Frame incoming) {
        int index = incoming.track().index();
        if (!isSource(from) || closed != null || index >= numbering.length) {
            incoming.release();
            return;
        }
        long now = System.nanoTime();
        Numbering numbers = numbering[index];
        Frame frame = numbers.next(incoming, now);
        if (frame == null) {
            return;
        }
        lastFrameNanos = now;
        bytes.addAndGet(frame.size());
        packets.addAndGet(frame.packets());
        if (numbers.lost() != 0) {
            lost = totalLost();
        }
        if (!heard[index]) {
            heard[index] = true;
            Clocking waiting = early[index];
            if (waiting != null) {
                early[index] = null;
                report(from, index, waiting.ntp(), waiting.timestamp());
            }
        }
        countExtra(frame, index);
        gop.add(frame);
        if (shape.audioMerge.isZero() || !tracks.hasVideoWithKeyFrames()) {
            deliver(Burst.of(frame));
        } else {
            merge(frame);
        }
        if (!parked.isEmpty()) {
            attachParked();
        }
    }

    private long totalLost() {
        long sum = 0;
        for (Numbering numbers : numbering) {
            sum += numbers.lost();
        }
        return sum;
    }

    private void countExtra(Frame frame, int index) {
        frame.extraIpv4 = extraIpv4[index];
        frame.extraIpv6 = extraIpv6[index];
        extraIpv6[index] += Layouts.extra(frame, shape.packets.ipv6());
        extraIpv4[index] += Layouts.extra(frame, shape.packets.ipv4());
    }

    private void merge(Frame frame) {
        merging.add(frame);
        if (frame.track().kind() == Track.Kind.VIDEO) {
            deliverMerged();
        } else if (mergeTimer == null) {
            mergeTimer = loop.after(shape.audioMerge, this::deliverMerged);
        }
    }

    private void deliverMerged() {
        if (mergeTimer != null) {
            mergeTimer.cancel();
            mergeTimer = null;
        }
        if (!merging.isEmpty()) {
            List<Frame> together = List.copyOf(merging);
            merging.clear();
            deliver(together.size() == 1 ? Burst.of(together.getFirst()) : Burst.merged(together));
        }
    }

    private void dropMerging() {
        merging.forEach(Frame::release);
        merging.clear();
    }

    private void deliver(Burst burst) {
        for (Branch branch : branches) {
            if (branch == null) {
                continue;
            }
            if (branch.loop() == loop) {
                branch.deliver(burst);
            } else {
                Burst shared = burst.retain();
                branch.loop().netty().execute(() -> {
                    try {
                        branch.deliver(shared);
                    } finally {
                        shared.release();
                    }
                });
            }
        }
        burst.release();
    }

    /** The publisher's clock, in the publisher's numbers: known to readers from the source's first frame on. */
    public void report(LaneSource from, int track, long ntp, long timestamp) {
        if (!isSource(from) || track >= clocks.length) {
            return;
        }
        if (!heard[track]) {
            // How its numbers are seen by readers is not known before a frame came.
            early[track] = new Clocking(track, ntp, timestamp);
            return;
        }
        Clocking clock = new Clocking(track, ntp, numbering[track].outward(timestamp));
        clocks[track] = clock;
        eachBranch(branch -> branch.report(clock));
    }

    /** Whether a track was re-stamped since the last call: the claim must tell it. */
    public boolean takeRestamped() {
        boolean changed = false;
        for (Numbering numbers : numbering) {
            changed |= numbers.takeChanged();
        }
        return changed;
    }

    /** How each track is re-stamped now. */
    public List<Restamp> restamps() {
        List<Restamp> all = new ArrayList<>();
        for (Numbering numbers : numbering) {
            Restamp restamp = numbers.restamp();
            if (restamp != null) {
                all.add(restamp);
            }
        }
        return all;
    }

    /** Adds a reader that lives on {@code readerLoop}. Any thread. */
    public void attach(Loop readerLoop, Reader reader, Tracks described) {
        readers.incrementAndGet();
        loop.run(() -> {
            if (silent() && closed == null && !reader.leavesWithTheHome()) {
                awaitFirstFrame(() -> attachNow(readerLoop, reader, described));
            } else {
                attachNow(readerLoop, reader, described);
            }
        });
    }

    /** Whether it never had a frame. */
    boolean silent() {
        return Arrays.stream(numbering).noneMatch(Numbering::started);
    }

    /** A reader of a lane that has just come to this node: RTP-Info can name its first packets a moment later. */
    private void awaitFirstFrame(Runnable attach) {
        parked.add(attach);
        if (parkedTimer == null) {
            parkedTimer = loop.after(PARKED, this::attachParked);
        }
    }

    private void attachParked() {
        if (parkedTimer != null) {
            parkedTimer.cancel();
            parkedTimer = null;
        }
        List<Runnable> waiting = List.copyOf(parked);
        parked.clear();
        waiting.forEach(Runnable::run);
    }

    private void attachNow(Loop readerLoop, Reader reader, Tracks described) {
        Closed why = closed != null ? closed : tracks.continues(described) ? null : Closed.CHANGED;
        if (why != null) {
            readers.decrementAndGet();
            readerLoop.execute(() -> reader.closed(why));
            return;
        }
        Branch branch = branches[readerLoop.index()];
        if (branch == null) {
            branch = new Branch(readerLoop, this, shape.packets);
            branches[readerLoop.index()] = branch;
        }
        // A frame that waits to be merged is delivered first, so that the reader gets it once.
        deliverMerged();
        List<Frame> kept = reader.leavesWithTheHome() ? gop.retainAll() : gop.retainFrames();
        List<TrackStart> starts = starts(kept);
        List<Clocking> known = new ArrayList<>();
        for (Clocking clock : clocks) {
            if (clock != null) {
                known.add(clock);
            }
        }
        Branch target = branch;
        readerLoop.run(() -> target.add(reader, starts, kept, known));
    }

    private List<TrackStart> starts(List<Frame> kept) {
        List<TrackStart> starts = new ArrayList<>();
        for (Track track : tracks.all()) {
            int index = track.index();
            starts.add(kept.stream()
                    .filter(frame -> frame.track().index() == index)
                    .findFirst()
                    .map(frame -> new TrackStart(
                            index,
                            true,
                            frame.sequence(),
                            frame.timestamp(),
                            frame.ssrc(),
                            frame.extraIpv4,
                            frame.extraIpv6))
                    .orElseGet(() -> numbering[index].next(extraIpv4[index], extraIpv6[index])));
        }
        return starts;
    }

    /** Takes a reader out; it is told nothing any more. Called on the reader's loop. */
    public void detach(Loop readerLoop, Reader reader) {
        // By way of the owner's loop, behind an attach that may still be on its way.
        loop.execute(() -> {
            Branch branch = branches[readerLoop.index()];
            if (branch != null) {
                readerLoop.run(() -> branch.remove(reader));
            }
        });
    }

    void readerLeft() {
        readers.decrementAndGet();
    }

    /** Ends the lane for everyone. */
    public void close(Closed why) {
        if (closed == null) {
            closed = why;
            source = null;
            attachParked();
            dropMerging();
            gop.clear();
            closeBranches(why);
        }
    }

    /** The lane has another home now: the nodes that copied it here ask again where. Any thread. */
    void sendLinksAway() {
        loop.execute(() -> eachBranch(Branch::sendLinksAway));
    }

    void sent(long sentBytes) {
        load.bits(sentBytes * 8);
    }

    private void closeBranches(Closed why) {
        eachBranch(branch -> branch.close(why));
    }

    private void eachBranch(java.util.function.Consumer<Branch> action) {
        for (Branch branch : branches) {
            if (branch != null) {
                branch.loop().run(() -> action.accept(branch));
            }
        }
    }
}
