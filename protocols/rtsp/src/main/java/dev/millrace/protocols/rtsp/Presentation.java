package dev.millrace.protocols.rtsp;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * What a session is about: one stream, played or recorded, and the tracks of it that are set up. Immutable.
 *
 * @param mode whether the client plays or records
 * @param path the stream's path without slashes at its ends, not decoded
 * @param controls the control attribute of each track of the stream, in the order of its description
 * @param tracks set up so far, in the order of SETUP
 */
public record Presentation(Transport.Mode mode, String path, List<String> controls, List<Track> tracks) {
    /**
     * @param index of the track in the stream's description
     * @param url of the track as the client wrote it in SETUP
     * @param leg the way of its packets
     * @param playing whether packets flow to the client
     */
    public record Track(int index, String url, Leg leg, boolean playing) {
        Track withPlaying(boolean now) {
            return new Track(index, url, leg, now);
        }
    }

    public Presentation {
        controls = List.copyOf(controls);
        tracks = List.copyOf(tracks);
    }

    static Presentation of(Transport.Mode mode, String path, List<String> controls) {
        return new Presentation(mode, path, controls, List.of());
    }

    /** With this track instead of the one of the same index. */
    Presentation with(Track track) {
        List<Track> more = new ArrayList<>(without(Set.of(track.index)).tracks);
        more.add(track);
        return new Presentation(mode, path, controls, more);
    }

    Presentation without(Set<Integer> indexes) {
        return new Presentation(
                mode,
                path,
                controls,
                tracks.stream().filter(track -> !indexes.contains(track.index)).toList());
    }

    /** With packets of these tracks flowing, or not; the others stay as they are. */
    Presentation withPlaying(Set<Integer> indexes, boolean now) {
        UnaryOperator<Track> change = track -> indexes.contains(track.index) ? track.withPlaying(now) : track;
        return new Presentation(
                mode, path, controls, tracks.stream().map(change).toList());
    }

    /** Indexes of the tracks that are set up. */
    public Set<Integer> indexes() {
        return tracks.stream().map(Track::index).collect(Collectors.toUnmodifiableSet());
    }

    /** Indexes of the tracks whose packets flow. */
    public Set<Integer> playing() {
        return tracks.stream().filter(Track::playing).map(Track::index).collect(Collectors.toUnmodifiableSet());
    }

    /** Whether it lives and dies with one connection: always, unless every track that is set up goes over UDP. */
    public boolean boundToConnection() {
        return tracks.isEmpty() || tracks.stream().anyMatch(track -> track.leg instanceof Leg.Interleaved);
    }

    /** Whether a track uses the connection for its packets. */
    public boolean interleaved() {
        return tracks.stream().anyMatch(track -> track.leg instanceof Leg.Interleaved);
    }

    /**
     * The track that the last part of a URL names, or -1.
     *
     * @param control behind the stream's path; empty for the stream itself
     */
    int track(String control, String uri) {
        int exact = controls.indexOf(control);
        if (exact >= 0) {
            return exact;
        }
        for (int i = 0; i < controls.size(); i++) {
            String absolute = controls.get(i);
            // Publishers may announce absolute controls, with another spelling of our own address in them.
            if (absolute.regionMatches(true, 0, "rtsp", 0, 4)
                    && behindHost(absolute).equals(behindHost(uri))) {
                return i;
            }
        }
        return control.isEmpty() && controls.size() == 1 ? 0 : -1;
    }

    private static String behindHost(String url) {
        int host = url.indexOf("://");
        int slash = host < 0 ? -1 : url.indexOf('/', host + 3);
        return slash < 0 ? "" : url.substring(slash);
    }
}
