package dev.millrace.platform.lanes;

import java.util.concurrent.atomic.AtomicLong;

/** What readers of one lane lost by being slow; shared by the lane's branches. */
final class ReaderCounters {
    final AtomicLong droppedFrames = new AtomicLong();
    final AtomicLong stalled = new AtomicLong();
}
