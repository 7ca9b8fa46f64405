// When a picture that stands still is worth opening anew. Pure: it is told of time, position and segments.

const STILL_MILLIS = 4_000;
const SEGMENTS = 2;
const FIRST_WAIT_MILLIS = 1_000;
const LONGEST_WAIT_MILLIS = 60_000;
const QUIET_MILLIS = 2 * LONGEST_WAIT_MILLIS;

/** Lets the first attempt pass at once, each further one after twice the wait, until there was none for a while. */
export function restraint() {
  let attempts = 0;
  let last = -Infinity;
  const wait = () => (attempts === 0 ? 0 : Math.min(FIRST_WAIT_MILLIS * 2 ** (attempts - 1), LONGEST_WAIT_MILLIS));
  return {
    /** Whether an attempt may be made now; if so it is counted. */
    passes(now) {
      if (now - last > QUIET_MILLIS) attempts = 0;
      if (now - last < wait()) return false;
      attempts += 1;
      last = now;
      return true;
    },
  };
}

/**
 * Sees a standstill: the position does not move although segments come. Without new segments it is the stream that waits,
 * and opening it anew would not help. hls.js goes first with its own means, which take three seconds.
 */
export function standstill() {
  let position = -1;
  let since = 0;
  let segments = 0;
  return {
    loaded() {
      segments += 1;
    },
    /** wanted: whether the position should move, so not while the user has paused or the stream has ended. */
    seen(now, time, wanted) {
      if (!wanted || time !== position) {
        position = time;
        since = now;
        segments = 0;
      }
      return now - since >= STILL_MILLIS && segments >= SEGMENTS;
    },
  };
}
