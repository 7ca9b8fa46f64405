package dev.millrace.protocols.rtsp;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What happens to a server's session. */
public sealed interface Event {
    /**
     * A request for this session, chosen by {@link Sessions}.
     *
     * @param taken interleaved channels that other sessions use on the caller's connection
     * @param redirected whether the URL carries a valid {@link Redirects#TOKEN}: it is served here, come what may
     */
    record Arrived(Request request, Caller caller, Set<Integer> taken, boolean redirected) implements Event {}

    /** Another request came over the session's own connection: a sign of life. */
    record Heard() implements Event {}

    /** Answer to Describe: the description, its tracks' controls being {@code trackID=0}, {@code trackID=1} ... */
    record Described(byte[] sdp) implements Event {}

    /** Answer to Describe or Find: another node should serve this. */
    record Moved(RtspUrl location) implements Event {}

    /** Answer to Find: the controls of the stream's tracks. */
    record Found(List<String> controls) implements Event {}

    /** Answer to Publish: the path is ours; the controls of the announced tracks, empty text where there is none. */
    record Granted(List<String> controls) implements Event {}

    /**
     * Answer to Open.
     *
     * @param serverPorts ours, where the leg is UDP
     * @param ssrc of the packets that will be sent, or -1
     * @param source our address, where packets come from another one than the connection's; else empty
     */
    record Opened(Transport.@Nullable Pair serverPorts, long ssrc, String source) implements Event {}

    /** Answer to StartPlaying: the first packets are known and follow at once. */
    record Started(List<Start> starts) implements Event {}

    /** Answer to StartRecording: packets are taken from now on. */
    record RecordingStarted() implements Event {}

    /** Answer to any question: no, and why. */
    record Refused(Status status) implements Event {}

    /**
     * The timer of the last ArmTimer has run out.
     *
     * @param sinceRtcp time since the last RTCP packet from the peer
     * @param sinceRtp time since the last RTP packet from the peer
     */
    record Fired(Duration sinceRtcp, Duration sinceRtp) implements Event {}

    /** The stream that is played has ended, or its tracks have changed: the client must DESCRIBE again. */
    record SourceGone() implements Event {}

    /** Another publisher has taken the path over, or the relay gave it up. */
    record Superseded() implements Event {}

    /** The connection that the session was made on is gone. */
    record ConnectionLost() implements Event {}

    /** No new sessions from now on. */
    record Drain() implements Event {}

    /** New sessions are welcome again. */
    record Resume() implements Event {}

    /** The end of the drain, or of the node. */
    record Shut() implements Event {}

    /**
     * The first packet of a track.
     *
     * @param track index in the description
     * @param sequence 0 to 65,535
     * @param rtpTime 32 bits
     */
    record Start(int track, int sequence, long rtpTime) {}
}
