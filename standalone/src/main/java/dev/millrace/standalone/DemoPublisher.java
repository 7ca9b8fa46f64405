package dev.millrace.standalone;

import dev.millrace.platform.lanes.Closed;
import dev.millrace.platform.lanes.Publication;
import dev.millrace.platform.lanes.Publications;
import dev.millrace.platform.runtime.Clock;
import dev.millrace.platform.runtime.Ids;
import dev.millrace.platform.runtime.Loop;
import dev.millrace.platform.runtime.NodeContext;
import dev.millrace.platform.runtime.NodeModule;
import dev.millrace.platform.runtime.Service;
import dev.millrace.platform.runtime.Timer;
import dev.millrace.protocols.rtp.AacPacketizer;
import dev.millrace.protocols.rtp.H264Packetizer;
import dev.millrace.protocols.rtp.NtpTime;
import io.vertx.core.Future;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes the demo's sample in an endless loop with timestamps that never jump, through {@link Publications} like every
 * other publisher. When somebody else holds the path it waits for its turn.
 */
final class DemoPublisher implements NodeModule {
    @Override
    public String name() {
        return "demo";
    }

    @Override
    public Service create(NodeContext node) {
        return new Publishing(node);
    }

    /** The publisher on one node; everything but its start and stop happens on its loop. */
    private static final class Publishing implements Service, Publication.Listener {
        private static final Logger LOG = LoggerFactory.getLogger(DemoPublisher.class);

        /** Bytes of a payload; with headers it fits every path of 1,500 bytes. */
        private static final int MAX_PAYLOAD = 1_400;

        /** How far packets may gather: small against the 40 ms of a picture. */
        private static final Duration TICK = Duration.ofMillis(10);

        private static final Duration REPORT_EVERY = Duration.ofSeconds(2);
        private static final Duration AGAIN = Duration.ofSeconds(2);

        private final NodeContext node;
        private final Loop loop;
        private final StandaloneConfig config;
        private final DemoSample sample = DemoSample.load();
        private final DemoLoop repetition = sample.loop();
        private final H264Packetizer pictures = new H264Packetizer(MAX_PAYLOAD);
        private final AacPacketizer sounds = new AacPacketizer(MAX_PAYLOAD);

        private boolean stopped;
        private boolean told;
        private DemoTrack video;
        private DemoTrack audio;
        private Optional<Publication> publication = Optional.empty();
        private Timer ticking = () -> {};
        private Timer reporting = () -> {};
        private Timer waiting = () -> {};
        private long startedNanos;
        private long startedMicros;
        private long nextPicture;
        private long nextSound;

        Publishing(NodeContext node) {
            this.node = node;
            this.loop = node.loops().next();
            this.config = StandaloneConfig.of(node.settings());
            this.video = track(0, DemoSample.PICTURE_PAYLOAD_TYPE, DemoSample.PICTURE_CLOCK);
            this.audio = track(1, DemoSample.SOUND_PAYLOAD_TYPE, sample.sound().sampleRate());
        }

        private DemoTrack track(int index, int payloadType, int clockRate) {
            Ids ids = node.ids();
            return new DemoTrack(index, payloadType, clockRate, ids.number(), ids.number(), ids.number());
        }

        @Override
        public Future<Void> start() {
            loop.run(this::open);
            return Future.succeededFuture();
        }

        @Override
        public Future<Void> stop() {
            loop.run(() -> {
                stopped = true;
                waiting.cancel();
                publication.ifPresent(Publication::end);
                silence();
            });
            return Future.succeededFuture();
        }

        @Override
        public void closed(Closed why) {
            LOG.info("demo stream closed path={} why={}", config.demoPath(), why);
            silence();
            again();
        }

        private void open() {
            Publications.of(node)
                    .open(config.demoPath(), sample.sdp(), false, loop, this)
                    .onSuccess(opened -> loop.run(() -> play(opened)))
                    .onFailure(refused -> loop.run(() -> refused(refused)));
        }

        /** Said once, however long another publisher keeps the path. */
        private void refused(Throwable why) {
            if (!told) {
                LOG.info("demo stream waits path={} cause={}", config.demoPath(), why.getMessage());
                told = true;
            }
            again();
        }

        private void again() {
            if (!stopped) {
                waiting = loop.after(AGAIN, this::open);
            }
        }

        private void play(Publication opened) {
            if (stopped) {
                opened.end();
                return;
            }
            publication = Optional.of(opened);
            told = false;
            // Each turn is a new sender with numbers of its own; the lane joins them for its readers.
            video = track(0, DemoSample.PICTURE_PAYLOAD_TYPE, DemoSample.PICTURE_CLOCK);
            audio = track(1, DemoSample.SOUND_PAYLOAD_TYPE, sample.sound().sampleRate());
            Clock clock = node.clock();
            startedNanos = clock.nanos();
            startedMicros = clock.millis() * 1000;
            nextPicture = 0;
            nextSound = 0;
            report();
            ticking = loop.every(TICK, this::tick);
            reporting = loop.every(REPORT_EVERY, this::report);
        }

        private void silence() {
            publication = Optional.empty();
            ticking.cancel();
            reporting.cancel();
        }

        /** Sends what is due: everything has the time of its number, so a late turn of the loop delays but never skips. */
        private void tick() {
            long elapsed = node.clock().nanos() - startedNanos;
            while (nextPicture < repetition.picturesDue(elapsed)) {
                List<byte[]> unit = sample.pictures().get(repetition.picture(nextPicture));
                long units = nextPicture * DemoSample.PICTURE_CLOCK / DemoSample.PICTURES_PER_SECOND;
                send(video, units, pictures.packetise(unit));
                nextPicture++;
            }
            while (nextSound < repetition.soundsDue(elapsed)) {
                byte[] frame = sample.sounds().get(repetition.sound(nextSound));
                send(audio, nextSound * sample.sound().frameSamples(), sounds.packetise(frame));
                nextSound++;
            }
        }

        private void send(DemoTrack track, long units, List<byte[]> payloads) {
            for (int i = 0; i < payloads.size(); i++) {
                // A send may end the publication.
                if (publication.isEmpty()) {
                    return;
                }
                boolean last = i == payloads.size() - 1;
                byte[] packet = track.packet(last, track.timestamp(units), payloads.get(i));
                publication.get().packet(track.index(), ByteBuffer.wrap(packet), 0, packet.length);
            }
        }

        /** Ties the tracks to one clock, as a sender report does (RFC 3550 section 6.4.1). */
        private void report() {
            long micros = (node.clock().nanos() - startedNanos) / 1000;
            long ntp = NtpTime.ofEpochMicros(startedMicros + micros).bits();
            publication.ifPresent(open -> {
                open.senderReport(video.index(), ntp, video.timestamp(units(video, micros)));
                open.senderReport(audio.index(), ntp, audio.timestamp(units(audio, micros)));
            });
        }

        private static long units(DemoTrack track, long micros) {
            return micros / 1_000_000 * track.clockRate() + micros % 1_000_000 * track.clockRate() / 1_000_000;
        }
    }
}
