// Why there is no picture, in words. Pure: the stream as listed, the player's state, the connection.

import { clockTime } from './format.js';

/** Names of a track for a sentence. */
const named = track => `${track.codec} ${track.kind}`;

/** Tracks HLS leaves out. */
export function leftOut(stream) {
  return stream.tracks.filter(track => track.inHls === false);
}

/** Whether HLS carries anything of the stream, as far as the node knows. */
export function playable(stream) {
  return stream.tracks.some(track => track.inHls !== false);
}

/**
 * What to say over the picture, or null while it plays.
 * player: { state: idle | loading | playing | stalled | failed | ended, detail, status, at }
 */
export function plate(stream, player, path, known) {
  if (!known) return null;
  if (!path) return { kind: 'empty', title: 'No stream yet', text: 'As soon as someone publishes, it appears here.' };
  if (!stream) {
    return player.state === 'ended'
      ? { kind: 'ended', title: 'The stream has ended', text: `Its publisher left at ${clockTime(player.at)}. When it comes back, it plays again by itself.` }
      : { kind: 'waiting', title: 'Waiting for a publisher', text: `Nobody publishes “${path}” at the moment. It starts by itself when somebody does.` };
  }
  if (!playable(stream)) {
    const tracks = stream.tracks.length === 0 ? 'It has no track that can be shown' : `HLS does not carry ${listed(stream.tracks.map(named))}`;
    return { kind: 'codec', title: 'Not playable in a browser', text: `${tracks}. An RTSP player shows it untouched: copy its address below.` };
  }
  if (!stream.live && player.state !== 'playing') {
    return { kind: 'waiting', title: 'Waiting for the publisher', text: 'It went away without closing the stream; its place is kept. The picture goes on when it returns.' };
  }
  switch (player.state) {
    case 'playing':
      return null;
    case 'stalled':
      return { kind: 'waiting', title: 'Waiting for the next segment', text: stream.flow[0] > 0 ? 'The stream flows; the player is catching up.' : 'No packets arrive from the publisher.' };
    case 'failed':
      return failure(stream, player);
    case 'ended':
      return { kind: 'waiting', title: 'Starting again', text: 'The publisher is back.' };
    case 'blocked':
      return { kind: 'blocked', title: 'Ready', text: 'Press play: this browser starts no video by itself.' };
    default:
      return { kind: 'loading', title: 'Opening', text: 'The first segment needs a key frame, which can take a few seconds.' };
  }
}

function failure(stream, { detail, status }) {
  if (status === 404) {
    return { kind: 'waiting', title: 'Waiting for the first segment', text: 'No packager serves this stream yet; asking again.' };
  }
  if (status === 503) {
    return { kind: 'failed', title: 'No packager has room', text: 'Every HLS packager is busy, draining or not running; asking again. The RTSP address works meanwhile.' };
  }
  if (status >= 400) {
    return { kind: 'failed', title: `The node answered ${status}`, text: 'Asking again.' };
  }
  if (detail === 'unsupported') {
    return { kind: 'codec', title: 'This browser plays no HLS', text: 'It lacks Media Source Extensions. Open the HLS or RTSP address in another player.' };
  }
  if (/codec/i.test(detail)) {
    const codecs = listed(stream.tracks.filter(t => t.inHls !== false).map(t => [t.codec, t.detail].filter(Boolean).join(' ')));
    return { kind: 'codec', title: 'Codec not playable here', text: `This browser has no decoder for ${codecs}. An RTSP player has: copy its address below.` };
  }
  if (/^(manifest|level|frag).*(Error|TimeOut)$/.test(detail)) {
    return { kind: 'failed', title: 'The node does not answer', text: 'The playlist or a segment could not be loaded; asking again.' };
  }
  return { kind: 'failed', title: 'The player stopped', text: `The browser reports ${detail || 'an unknown error'}; trying again.` };
}

/** "a", "a and b", "a, b and c". */
export function listed(words) {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}
