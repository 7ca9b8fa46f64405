import assert from 'node:assert/strict';
import test from 'node:test';
import { leftOut, listed, plate } from '../src/why.js';

const track = (codec, inHls, kind = 'video') => ({ index: 0, kind, codec, inHls, why: inHls === false ? 'So it is.' : '' });
const stream = (...tracks) => ({ path: 'a', live: true, tracks, flow: [1, 0, 0, 0] });
const good = stream(track('H.264', true));

const rows = [
  ['nothing is said before the first answer', plate(undefined, { state: 'idle' }, 'a', false), null],
  ['nothing is said while it plays', plate(good, { state: 'playing' }, 'a', true), null],
  ['no stream at all', plate(undefined, { state: 'idle' }, '', true), 'No stream yet'],
  ['a path that nobody publishes', plate(undefined, { state: 'idle' }, 'a', true), 'Waiting for a publisher'],
  ['a stream that went away', plate(undefined, { state: 'ended', at: 0 }, 'a', true), 'The stream has ended'],
  ['a publisher that vanished', plate({ ...good, live: false }, { state: 'loading' }, 'a', true), 'Waiting for the publisher'],
  ['a vanished publisher while the buffer lasts', plate({ ...good, live: false }, { state: 'playing' }, 'a', true), null],
  ['codecs that HLS leaves out', plate(stream(track('VP8', false)), { state: 'idle' }, 'a', true), 'Not playable in a browser'],
  ['not known yet what HLS carries', plate(stream(track('H.264', null)), { state: 'loading' }, 'a', true), 'Opening'],
  ['first segment not there', plate(good, { state: 'failed', detail: 'manifestLoadError', status: 404 }, 'a', true), 'Waiting for the first segment'],
  ['no packager', plate(good, { state: 'failed', detail: 'manifestLoadError', status: 503 }, 'a', true), 'No packager has room'],
  ['another status', plate(good, { state: 'failed', detail: 'manifestLoadError', status: 500 }, 'a', true), 'The node answered 500'],
  ['node away', plate(good, { state: 'failed', detail: 'manifestLoadTimeOut', status: 0 }, 'a', true), 'The node does not answer'],
  ['no decoder', plate(good, { state: 'failed', detail: 'bufferAddCodecError' }, 'a', true), 'Codec not playable here'],
  ['old browser', plate(good, { state: 'failed', detail: 'unsupported' }, 'a', true), 'This browser plays no HLS'],
  ['anything else', plate(good, { state: 'failed', detail: 'internalException' }, 'a', true), 'The player stopped'],
  ['no autoplay', plate(good, { state: 'blocked' }, 'a', true), 'Ready'],
];
for (const [name, said, title] of rows) {
  test(name, () => assert.equal(said?.title ?? null, title));
}

test('only tracks that are known to be left out are named', () => {
  assert.deepEqual(leftOut(stream(track('A', false), track('B', null), track('C', true))).map(t => t.codec), ['A']);
});

test('lists in sentences', () => {
  assert.equal(listed([]), '');
  assert.equal(listed(['a', 'b', 'c']), 'a, b and c');
});
