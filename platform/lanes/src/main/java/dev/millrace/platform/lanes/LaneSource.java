package dev.millrace.platform.lanes;

/** Who feeds a lane at the moment: a publisher at its home, the node link at a copy. Compared by identity. */
public interface LaneSource {}
