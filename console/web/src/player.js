// hls.js around one video element: opens, recovers, tells its state. Loaded on first use.

import Hls from 'hls.js';
import { restraint, standstill } from './standstill.js';

const RETRY_MILLIS = 3000;
const RECOVERY_MILLIS = 10_000;
const LOOK_MILLIS = 500;

/** The first playlist is held by the node until there is a segment; that may take a whole GOP. */
const PATIENT = { default: { maxTimeToFirstByteMs: 40_000, maxLoadTimeMs: 60_000, timeoutRetry: null, errorRetry: null } };

/** Plays address in video and calls tell({ state, detail, status }) at each change; returns { close, behind }. */
export function play(video, address, tell) {
  if (!Hls.isSupported()) return playNatively(video, address, tell);
  let hls = null;
  let timer = 0;
  let recovered = 0;
  let still = standstill();
  const bound = restraint();
  // A publisher may come back with audio that it did not have, or without. A media source keeps the buffers it was opened
  // with: one that is fed no more holds the others up for ever, and hls.js adds none later. So the picture plays up to the
  // seam and goes on behind it with a new media source. Other tracks of the same kinds need none of this.
  let opened = '';
  let seam = null;

  function start() {
    tell({ state: 'loading' });
    still = standstill();
    hls = new Hls({
      workerPath: HLS_WORKER,
      manifestLoadPolicy: PATIENT,
      backBufferLength: 30,
      maxBufferLength: 20,
      liveSyncDurationCount: 3,
      liveMaxLatencyDurationCount: 8,
    });
    hls.on(Hls.Events.MANIFEST_PARSED, () => begin(video, tell));
    hls.on(Hls.Events.ERROR, (_, error) => error.fatal && failed(error));
    hls.on(Hls.Events.BUFFER_CODECS, (_, tracks) => compare(kinds(tracks)));
    hls.on(Hls.Events.FRAG_PARSING_INIT_SEGMENT, (_, { frag }) => seam && (seam.segment ??= frag));
    hls.on(Hls.Events.FRAG_LOADED, () => still.loaded());
    hls.on(Hls.Events.MEDIA_DETACHING, forget);
    hls.loadSource(address);
    hls.attachMedia(video);
  }

  function forget() {
    opened = '';
    seam = null;
  }

  /** The segment that begins with these tracks is dropped when they are of other kinds; behind the seam it is loaded again. */
  function compare(found) {
    opened ||= found;
    if (found === opened) return;
    seam = { segment: null };
    hls.stopLoad();
  }

  function look() {
    if (!hls) return;
    const now = performance.now();
    const wanted = !video.paused && !video.ended;
    if (seam?.segment) {
      if (wanted && video.readyState < HTMLMediaElement.HAVE_FUTURE_DATA && bound.passes(now)) cross(seam.segment);
    } else if (still.seen(now, video.currentTime, wanted) && bound.passes(now)) {
      // Whatever else may hold it up: what is known of the stream and its buffers is given up.
      hls.destroy();
      start();
    }
  }

  function cross({ start: from, end }) {
    const time = video.currentTime;
    hls.detachMedia();
    hls.attachMedia(video);
    // Who has gone back over a seam is inside the segment.
    hls.startLoad(time > from && time < end ? time : from);
    begin(video, tell);
  }

  function failed(error) {
    // A track of a new kind has no buffer: that is what the seam is for.
    if (seam && error.details === Hls.ErrorDetails.BUFFER_APPEND_ERROR) return;
    if (error.type === Hls.ErrorTypes.MEDIA_ERROR && performance.now() - recovered > RECOVERY_MILLIS) {
      recovered = performance.now();
      hls.recoverMediaError();
      return;
    }
    const status = error.response?.code ?? 0;
    tell({ state: 'failed', detail: error.details, status });
    hls.destroy();
    hls = null;
    clearTimeout(timer);
    timer = setTimeout(start, RETRY_MILLIS);
  }

  const stop = watched(video, tell);
  const looking = setInterval(look, LOOK_MILLIS);
  start();
  return {
    behind: () => (hls && hls.latency > 0 ? hls.latency : 0),
    close() {
      clearTimeout(timer);
      clearInterval(looking);
      stop();
      hls?.destroy();
      hls = null;
    },
  };
}

/** The kinds of tracks; hls.js keeps other things beside them. */
function kinds(tracks) {
  return ['audio', 'video', 'audiovideo'].filter(kind => tracks[kind]).join(' ');
}

function playNatively(video, address, tell) {
  if (!video.canPlayType('application/vnd.apple.mpegurl')) {
    tell({ state: 'failed', detail: 'unsupported' });
    return { close() {}, behind: () => 0 };
  }
  let timer = 0;
  const stop = watched(video, tell);
  const start = () => {
    tell({ state: 'loading' });
    video.src = address;
    begin(video, tell);
  };
  const failed = () => {
    tell({ state: 'failed', detail: video.error?.code === MediaError.MEDIA_ERR_DECODE ? 'codec' : 'manifestLoadError' });
    clearTimeout(timer);
    timer = setTimeout(start, RETRY_MILLIS);
  };
  video.addEventListener('error', failed);
  start();
  return {
    behind: () => 0,
    close() {
      clearTimeout(timer);
      stop();
      video.removeEventListener('error', failed);
      video.removeAttribute('src');
      video.load();
    },
  };
}

function begin(video, tell) {
  video.play().catch(refusal => {
    if (refusal.name === 'NotAllowedError') tell({ state: 'blocked' });
  });
}

/** Tells what the element itself says about the picture. */
function watched(video, tell) {
  const playing = () => tell({ state: 'playing' });
  const waiting = () => tell({ state: 'stalled' });
  video.addEventListener('playing', playing);
  video.addEventListener('waiting', waiting);
  return () => {
    video.removeEventListener('playing', playing);
    video.removeEventListener('waiting', waiting);
  };
}
