package dev.millrace.edges.rtsp;

import dev.millrace.platform.lanes.Tracks;
import dev.millrace.protocols.rtsp.ServerSession;
import dev.millrace.protocols.sdp.MediaDescription;
import dev.millrace.protocols.sdp.SdpLine;
import dev.millrace.protocols.sdp.SessionDescription;
import java.util.ArrayList;
import java.util.List;

/** The description as readers get it: the publisher's, with our own controls and without its addresses (RFC 2326 appendix C). */
final class ReaderDescription {
    private ReaderDescription() {}

    static byte[] of(Tracks tracks) {
        List<MediaDescription> media = new ArrayList<>();
        for (MediaDescription section : tracks.description().media()) {
            media.add(section.withLines(withoutAddresses(section.lines()))
                    .withPort(0)
                    .withAttribute("control", ServerSession.TRACK + media.size()));
        }
        SessionDescription description = tracks.description().wellFormed();
        List<SdpLine> lines = new ArrayList<>(withoutAddresses(description.lines()));
        int time = 0;
        while (time < lines.size() && lines.get(time).type() != 't') {
            time++;
        }
        lines.add(time, new SdpLine('c', "IN IP4 0.0.0.0"));
        return new SessionDescription(lines, media)
                .withAttribute("control", "*")
                .withAttribute("range", "npt=now-")
                .encode();
    }

    private static List<SdpLine> withoutAddresses(List<SdpLine> lines) {
        return lines.stream()
                .filter(line -> line.type() != 'c' && !line.isAttribute("rtcp") && !line.isAttribute("source-filter"))
                .toList();
    }

    /** The control attribute of each track as its publisher announced it; empty text where there is none. */
    static List<String> controls(Tracks tracks) {
        return tracks.description().media().stream()
                .map(section -> section.control().orElse(""))
                .toList();
    }

    /** The controls that {@link #of} has written. */
    static List<String> ownControls(Tracks tracks) {
        List<String> controls = new ArrayList<>();
        for (int i = 0; i < tracks.size(); i++) {
            controls.add(ServerSession.TRACK + i);
        }
        return controls;
    }
}
