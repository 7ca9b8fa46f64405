// hls.js around one video element: opens, recovers, tells its state. Loaded on first use.

import Hls from 'hls.js';

const RETRY_MILLIS = 3000;
const RECOVERY_MILLIS = 10_000;

/** The first playlist is held by the node until there is a segment; that may take a whole GOP. */
const PATIENT = { default: { maxTimeToFirstByteMs: 40_000, maxLoadTimeMs: 60_000, timeoutRetry: null, errorRetry: null } };

/** Plays address in video and calls tell({ state, detail, status }) at each change; returns { close, behind }. */
export function play(video, address, tell) {
  if (!Hls.isSupported()) return playNatively(video, address, tell);
  let hls = null;
  let timer = 0;
  let recovered = 0;

  function start() {
    tell({ state: 'loading' });
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
    hls.loadSource(address);
    hls.attachMedia(video);
  }

  function failed(error) {
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
  start();
  return {
    behind: () => (hls && hls.latency > 0 ? hls.latency : 0),
    close() {
      clearTimeout(timer);
      stop();
      hls?.destroy();
      hls = null;
    },
  };
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
