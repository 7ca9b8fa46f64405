package dev.millrace.media.hls;

import dev.millrace.platform.contracts.StreamPath;
import dev.millrace.protocols.hls.SegmentName;
import dev.millrace.protocols.wire.Malformed;
import java.util.Optional;
import java.util.OptionalLong;

/** What an HTTP request asks of a stream; the last segment of its path tells. */
sealed interface Resource {
    /** The multivariant playlist. */
    record Index() implements Resource {}

    /** The media playlist. */
    record Media() implements Resource {}

    /** A segment by its media sequence number. */
    record Segment(long sequence) implements Resource {}

    String INDEX = "index.m3u8";
    String MEDIA = "media.m3u8";

    /** A resource of a stream. */
    record Located(StreamPath path, Resource resource) {}

    /** Where a request path leads; empty if it does not have the shape of ours. {@link Malformed} if it has, with a bad name. */
    static Optional<Located> parse(String requestPath) {
        int slash = requestPath.lastIndexOf('/');
        if (slash < 1) {
            return Optional.empty();
        }
        String name = requestPath.substring(slash + 1);
        OptionalLong sequence = SegmentName.parse(name);
        Resource resource;
        if (name.equals(INDEX)) {
            resource = new Index();
        } else if (name.equals(MEDIA)) {
            resource = new Media();
        } else if (sequence.isPresent()) {
            resource = new Segment(sequence.getAsLong());
        } else {
            return Optional.empty();
        }
        return Optional.of(new Located(new StreamPath(requestPath.substring(1, slash)), resource));
    }

    /** The last segment of its request path. */
    default String name() {
        return switch (this) {
            case Index _ -> INDEX;
            case Media _ -> MEDIA;
            case Segment(long sequence) -> SegmentName.encode(sequence);
        };
    }
}
