package dev.millrace.console.core;

import io.vertx.core.json.JsonArray;

/**
 * The figures of a stream that move each second.
 *
 * @param lost packets that the publisher's sequence numbers miss
 * @param dropped frames that readers were too slow for
 */
public record Flow(long bitsPerSecond, long readers, long lost, long dropped) {
    /** Nothing known. */
    public static final Flow NONE = new Flow(0, 0, 0, 0);

    JsonArray json() {
        return JsonArray.of(bitsPerSecond, readers, lost, dropped);
    }
}
