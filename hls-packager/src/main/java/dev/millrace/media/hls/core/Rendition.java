package dev.millrace.media.hls.core;

import dev.millrace.protocols.codecs.Adts;
import dev.millrace.protocols.codecs.H264;
import dev.millrace.protocols.codecs.H264Sps;
import dev.millrace.protocols.hls.DecodeOrder;
import dev.millrace.protocols.hls.DecodeOrder.Reordering;
import dev.millrace.protocols.hls.MultivariantPlaylist.Picture;
import dev.millrace.protocols.hls.Segmenter;
import dev.millrace.protocols.hls.TimedUnit;
import dev.millrace.protocols.mpegts.H264Elementary;
import dev.millrace.protocols.mpegts.StreamType;
import dev.millrace.protocols.rtp.AccessUnit;
import dev.millrace.protocols.rtp.AudioDepacketizer;
import dev.millrace.protocols.rtp.AudioFrame;
import dev.millrace.protocols.rtp.H264Depacketizer;
import dev.millrace.protocols.rtp.RtpView;
import dev.millrace.protocols.rtp.VideoDepacketizer;
import dev.millrace.protocols.wire.Malformed;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Makes segments out of a stream's RTP packets: depacketize, align the tracks' clocks, give pictures their decoding times, cut.
 * Owned by one packager loop.
 *
 * <p>A real break (a track leaps in time, the picture's size or profile changes, a silent track begins to speak) ends the
 * segment under way and starts a new program; the first segment of it is marked with a discontinuity. Nothing else is.
 */
public final class Rendition {
    /** Units that wait for the tracks to be aligned. */
    public static final int MAX_HELD = 4_096;

    /** Bytes that wait so. */
    public static final int MAX_HELD_BYTES = 16 << 20;

    /** A picture's duration where nothing tells it: 1/30 s. */
    private static final long FRAME_90K = 3_000;

    private static final byte[] NOTHING = new byte[0];

    /**
     * Relates the clock of arrivals to the time of day.
     *
     * @param nanos a moment on the clock of arrivals
     * @param epochMillis the same moment, milliseconds of the Unix epoch
     */
    public record Anchor(long nanos, long epochMillis) {
        long epochMillis(long at) {
            return epochMillis + Math.floorDiv(at - nanos, 1_000_000L);
        }
    }

    /**
     * A finished segment.
     *
     * @param programMillis when its first picture arrived, milliseconds of the Unix epoch
     * @param discontinuity whether it does not follow on from the one before
     */
    public record Cut(Segmenter.Segment segment, long programMillis, boolean discontinuity) {}

    /** What has been thrown away, since the start. */
    public record Losses(long damagedPictures, long undecodable, long oddAudio, long cutsInsideGop, long late) {}

    private record Held(boolean video, long timestamp, List<byte[]> nals, byte[] frame, long nanos) {}

    private final TrackPlan plan;
    private final Segmenter.Settings settings;
    private final Anchor anchor;
    private final int videoTrack;
    private final int audioTrack;
    private final @Nullable VideoDepacketizer videoPackets;
    private final @Nullable AudioDepacketizer audioPackets;
    private final H264Elementary elementary = new H264Elementary();
    private final List<Held> held = new ArrayList<>();
    private final List<Cut> cuts = new ArrayList<>();
    private Timeline timeline;
    private @Nullable Program program;
    private @Nullable H264Sps sps;
    private int heldBytes;
    private int version;
    private int targetSeconds;
    private boolean discontinuity;
    private long nanos;
    private long lastAudioPts = Long.MIN_VALUE;
    private long damagedPictures;
    private long undecodable;
    private long oddAudio;
    private long cutsInsideGop;
    private long late;

    /** What lasts from one break to the next. */
    private static final class Program {
        private final Segmenter segmenter;
        private final int videoIndex;
        private final int audioIndex;
        private @Nullable DecodeOrder<List<byte[]>> order;

        private Program(Segmenter segmenter, int videoIndex, int audioIndex) {
            this.segmenter = segmenter;
            this.videoIndex = videoIndex;
            this.audioIndex = audioIndex;
        }
    }

    /**
     * @param settings {@code targetSeconds} as the claim tells it when another packager has already stated one
     * @param discontinuity whether the first segment does not follow on from those listed before
     */
    public Rendition(TrackPlan plan, Segmenter.Settings settings, Anchor anchor, boolean discontinuity) {
        this.plan = plan;
        this.settings = settings;
        this.anchor = anchor;
        this.discontinuity = discontinuity;
        this.targetSeconds = settings.targetSeconds();
        this.videoTrack = plan.video().map(TrackPlan.Video::track).orElse(-1);
        this.audioTrack = plan.audio().map(TrackPlan.Audio::track).orElse(-1);
        this.videoPackets = plan.video().isPresent() ? new H264Depacketizer(this::onPicture) : null;
        this.audioPackets = plan.audio()
                .flatMap(
                        audio -> AudioDepacketizer.of(audio.encoding(), audio.clockRate(), audio.fmtp(), this::onAudio))
                .orElse(null);
        plan.video().ifPresent(video -> video.parameterSets().forEach(this::learn));
        this.timeline = newTimeline();
    }

    private Timeline newTimeline() {
        List<Integer> rates = new ArrayList<>();
        plan.video().ifPresent(video -> rates.add(video.clockRate()));
        plan.audio().ifPresent(audio -> rates.add(audio.clockRate()));
        return new Timeline(rates.stream().mapToInt(Integer::intValue).toArray());
    }

    private int slot(boolean video) {
        return video || plan.video().isEmpty() ? 0 : 1;
    }

    /**
     * One RTP packet, borrowed for the call; packets of other tracks and broken ones are passed over.
     *
     * @param bornNanos when it arrived
     * @return the segments it finished
     */
    public List<Cut> on(int track, ByteBuffer packet, int offset, int length, long bornNanos) {
        nanos = bornNanos;
        if (RtpView.valid(packet, offset, length)) {
            if (track == videoTrack && videoPackets != null) {
                videoPackets.onPacket(packet, offset, length);
            } else if (track == audioTrack && audioPackets != null) {
                audioPackets.onPacket(packet, offset, length);
            }
        }
        return taken();
    }

    /** The publisher's clock: at {@code ntp} the track's RTP clock showed {@code timestamp}. */
    public void report(int track, long ntp, long timestamp) {
        if (track == videoTrack || track == audioTrack) {
            timeline.report(slot(track == videoTrack), ntp, timestamp);
        }
    }

    /** The stream is over: what is under way becomes the last segment. */
    public List<Cut> end() {
        if (videoPackets != null) {
            videoPackets.flush();
        }
        if (!timeline.settled() && !held.isEmpty()) {
            settle();
        }
        endProgram();
        return taken();
    }

    private List<Cut> taken() {
        if (cuts.isEmpty()) {
            return List.of();
        }
        List<Cut> taken = List.copyOf(cuts);
        cuts.clear();
        return taken;
    }

    private void onPicture(AccessUnit unit) {
        if (unit.damaged()) {
            damagedPictures++;
            return;
        }
        take(new Held(true, unit.timestamp(), unit.nals(), NOTHING, nanos));
    }

    private void onAudio(AudioFrame frame) {
        take(new Held(false, frame.timestamp(), List.of(), frame.frame(), nanos));
    }

    private void take(Held unit) {
        if (timeline.settled() && timeline.breaks(slot(unit.video), unit.timestamp)) {
            endProgram();
            timeline = newTimeline();
        }
        if (timeline.settled()) {
            place(unit);
            return;
        }
        timeline.arrived(slot(unit.video), unit.timestamp, unit.nanos);
        held.add(unit);
        heldBytes += unit.frame.length;
        for (byte[] nal : unit.nals) {
            heldBytes += nal.length;
        }
        if (timeline.ready(unit.nanos) || held.size() >= MAX_HELD || heldBytes >= MAX_HELD_BYTES) {
            settle();
        }
    }

    private void settle() {
        timeline.settle();
        List<Held> waiting = List.copyOf(held);
        held.clear();
        heldBytes = 0;
        waiting.forEach(this::place);
    }

    private void place(Held unit) {
        boolean silentBefore = !timeline.placed(slot(unit.video));
        long pts = timeline.pts90k(slot(unit.video), unit.timestamp, unit.nanos);
        if (silentBefore) {
            endProgram();
        }
        if (unit.video) {
            picture(pts, unit.nals);
        } else {
            sound(pts, unit.frame);
        }
    }

    private void picture(long pts, List<byte[]> nals) {
        nals.forEach(this::learn);
        H264Sps known = sps;
        if (known == null || !elementary.ready()) {
            undecodable++;
            return;
        }
        Program current = program();
        DecodeOrder<List<byte[]>> order = current.order;
        if (order == null) {
            order = new DecodeOrder<>(reordering(known), frame90k(known));
            current.order = order;
        }
        order.on(pts, nals).forEach(placed -> write(current, placed));
    }

    private void write(Program current, DecodeOrder.Placed<List<byte[]>> placed) {
        boolean key = H264.hasKeyFrame(placed.unit());
        TimedUnit unit = new TimedUnit(placed.pts90k(), placed.dts90k(), key, elementary.pieces(placed.unit()));
        finished(current, current.segmenter.on(current.videoIndex, unit));
    }

    private void sound(long pts, byte[] frame) {
        if (pts <= lastAudioPts || frame.length + Adts.HEADER > Adts.MAX_FRAME) {
            oddAudio++;
            return;
        }
        lastAudioPts = pts;
        byte[] header = Adts.header(plan.audio().orElseThrow().config(), frame.length);
        Program current = program();
        finished(
                current,
                current.segmenter.on(current.audioIndex, new TimedUnit(pts, pts, true, List.of(header, frame))));
    }

    /** Remembers a parameter set; another size or profile is a break. */
    private void learn(byte[] nal) {
        elementary.remember(nal);
        if (nal.length == 0 || H264.type(nal) != H264.SPS) {
            return;
        }
        try {
            H264Sps next = H264Sps.parse(nal);
            H264Sps before = sps;
            sps = next;
            if (before != null && !looksAlike(before, next)) {
                endProgram();
            }
        } catch (Malformed malformed) {
            undecodable++;
        }
    }

    private static boolean looksAlike(H264Sps one, H264Sps other) {
        return one.width() == other.width()
                && one.height() == other.height()
                && one.codecString().equals(other.codecString())
                && one.maxNumReorderFrames() == other.maxNumReorderFrames();
    }

    private static Reordering reordering(H264Sps sps) {
        int depth = sps.maxNumReorderFrames();
        return new Reordering(depth, sps.vui().restrictionTold() || depth == 0);
    }

    private static long frame90k(H264Sps sps) {
        double rate = sps.frameRate();
        return rate >= 1 && rate <= 300 ? Math.round(90_000 / rate) : FRAME_90K;
    }

    private Program program() {
        Program current = program;
        if (current == null) {
            List<StreamType> streams = new ArrayList<>();
            int video = -1;
            int audio = -1;
            if (plan.video().isPresent() && timeline.placed(slot(true))) {
                video = streams.size();
                streams.add(StreamType.H264);
            }
            if (plan.audio().isPresent() && timeline.placed(slot(false))) {
                audio = streams.size();
                streams.add(StreamType.AAC_ADTS);
            }
            Segmenter.Settings now = new Segmenter.Settings(
                    settings.targetMillis(), settings.maxMillis(), settings.maxBytes(), targetSeconds);
            current = new Program(new Segmenter(now, streams, version++), video, audio);
            program = current;
        }
        return current;
    }

    private void endProgram() {
        Program current = program;
        program = null;
        lastAudioPts = Long.MIN_VALUE;
        if (current == null) {
            return;
        }
        DecodeOrder<List<byte[]>> order = current.order;
        if (order != null) {
            order.end().forEach(placed -> write(current, placed));
            late += order.late();
        }
        finished(current, current.segmenter.end());
        cutsInsideGop += current.segmenter.cutsInsideGop();
        undecodable += current.segmenter.unstarted();
        discontinuity |= targetSeconds > 0;
    }

    private void finished(Program current, List<Segmenter.Segment> segments) {
        for (Segmenter.Segment segment : segments) {
            targetSeconds = current.segmenter.targetSeconds();
            long born = timeline.nanos(segment.start90k());
            cuts.add(new Cut(segment, anchor.epochMillis(born), discontinuity));
            discontinuity = false;
        }
    }

    /** EXT-X-TARGETDURATION, 0 before the first segment. */
    public int targetSeconds() {
        return targetSeconds;
    }

    /** RFC 6381 names of what the segments hold, for CODECS. */
    public List<String> codecs() {
        List<String> names = new ArrayList<>();
        Program current = program;
        H264Sps known = sps;
        if (known != null && (current == null || current.videoIndex >= 0)) {
            names.add(known.codecString());
        }
        if (current == null || current.audioIndex >= 0) {
            plan.audio().ifPresent(audio -> names.add(audio.config().codecString()));
        }
        return names;
    }

    /** The picture's size and rate, for RESOLUTION and FRAME-RATE. */
    public Optional<Picture> picture() {
        H264Sps known = sps;
        return known == null
                ? Optional.empty()
                : Optional.of(new Picture(known.width(), known.height(), Math.min(300, known.frameRate())));
    }

    public Losses losses() {
        Program current = program;
        DecodeOrder<List<byte[]>> order = current == null ? null : current.order;
        return new Losses(
                damagedPictures,
                undecodable + (current == null ? 0 : current.segmenter.unstarted()),
                oddAudio,
                cutsInsideGop + (current == null ? 0 : current.segmenter.cutsInsideGop()),
                late + (order == null ? 0 : order.late()));
    }
}
