package dev.millrace.media.hls;

/** What a request gets. */
sealed interface Answer {
    /** A playlist's text. */
    record Playlist(String text) implements Answer {}

    /** A segment's bytes, shared: never written to. */
    record Segment(byte[] bytes) implements Answer {}

    /** There is no such stream, or no such segment any more. */
    record NotFound(String why) implements Answer {}

    /** The stream is there, but HLS carries none of its tracks. */
    record NotCarried(String why) implements Answer {}

    /** Not now: ask again. */
    record NotNow(String why) implements Answer {}

    /** This node does not package the stream; said to other nodes only, which then look again for who does. */
    record NotMine() implements Answer {}
}
