package dev.millrace.platform.lanes;

import dev.millrace.protocols.sdp.MediaDescription;
import dev.millrace.protocols.sdp.SessionDescription;
import dev.millrace.protocols.wire.Malformed;
import java.util.ArrayList;
import java.util.List;

/** A stream's description and its tracks, in the description's order. */
public record Tracks(SessionDescription description, List<Track> all) {
    /** Most tracks of one stream: two interleaved channels each fit into a byte. */
    public static final int LIMIT = 16;

    public Tracks {
        all = List.copyOf(all);
    }

    /** Reads SDP (RFC 4566); {@link Malformed} when it cannot be read or names no track, or more than {@link #LIMIT}. */
    public static Tracks of(byte[] sdp) {
        SessionDescription description = SessionDescription.parse(sdp);
        List<Track> tracks = new ArrayList<>();
        for (MediaDescription media : description.media()) {
            tracks.add(Track.of(tracks.size(), media));
        }
        if (tracks.isEmpty() || tracks.size() > LIMIT) {
            throw new Malformed("sdp-media", "1 to " + LIMIT + " tracks, not " + tracks.size());
        }
        return new Tracks(description, tracks);
    }

    public Track get(int index) {
        return all.get(index);
    }

    public int size() {
        return all.size();
    }

    /** Whether readers of this stream can go on with the other one without describing it again. */
    public boolean continues(Tracks other) {
        if (size() != other.size()) {
            return false;
        }
        for (int i = 0; i < size(); i++) {
            if (!get(i).continues(other.get(i))) {
                return false;
            }
        }
        return true;
    }

    boolean hasVideoWithKeyFrames() {
        return hasKeyFrames(-1);
    }

    /** Whether one of these tracks, a bit each, is video whose key frames can be seen. */
    boolean hasKeyFrames(int wanted) {
        return all.stream()
                .anyMatch(track -> (wanted & 1 << track.index()) != 0
                        && track.kind() == Track.Kind.VIDEO
                        && track.keyFrames().known());
    }
}
