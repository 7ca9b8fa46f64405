/**
 * The media path between the doors. A <em>lane</em> is one ordered flow of media packets: frames come in from one source (the
 * publisher, or the home node over the node link), are numbered without a break, kept since the last key frame, and handed to
 * one branch on every event loop that has readers.
 *
 * <p>This is the corner where the house may be ugly: nothing here allocates per packet and reader beyond a buffer's duplicate,
 * locks, logs or waits. What is owned by a loop says so in its first sentence.
 */
@NullMarked
package dev.millrace.platform.lanes;

import org.jspecify.annotations.NullMarked;
