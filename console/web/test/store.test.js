import assert from 'node:assert/strict';
import test from 'node:test';
import { START, TRACE_SECONDS, chosen, firstPlayable, reduce } from '../src/store.js';

const track = (codec, inHls = true, kind = 'video') => ({ index: 0, kind, codec, encoding: codec, width: 1280, height: 720, inHls });
const stream = (path, more = {}) => ({ path, id: `id-${path}`, live: true, since: 1, owner: 'n1', edge: 'n1', tracks: [track('H.264')], flow: [1000, 2, 0, 0], ...more });
const around = { node: 'n1', nodes: 3, total: 2, rtsp: { host: '', port: 8554 } };
const all = (...streams) => reduce(START, { type: 'all', data: { ...around, streams } });

test('everything, then changes', () => {
  let state = all(stream('a'), stream('b'));
  assert.deepEqual([...state.streams.keys()], ['a', 'b']);
  state = reduce(state, { type: 'changes', data: { ...around, streams: [stream('c'), stream('a', { live: false })], gone: ['b'] } });
  assert.deepEqual([...state.streams.keys()].sort(), ['a', 'c']);
  assert.equal(state.streams.get('a').live, false);
});

test('the trace grows with each flow, is bounded, and starts afresh with another stream of the same name', () => {
  let state = all(stream('a'));
  for (let i = 0; i < 200; i++) state = reduce(state, { type: 'flow', data: { flow: { a: [i, 1, 0, 0] } } });
  assert.equal(state.streams.get('a').trace.length, TRACE_SECONDS);
  assert.equal(state.streams.get('a').trace.at(-1), 199);
  state = reduce(state, { type: 'changes', data: { ...around, streams: [stream('a', { id: 'other' })], gone: [] } });
  assert.deepEqual(state.streams.get('a').trace, [1000]);
});

test('a stream without figures flows nothing', () => {
  const state = reduce(all(stream('a')), { type: 'flow', data: { flow: {} } });
  assert.deepEqual(state.streams.get('a').flow, [0, 2, 0, 0]);
});

test('the same contact changes nothing', () => {
  const state = reduce(START, { type: 'contact', contact: 'live', at: 5 });
  assert.equal(reduce(state, { type: 'contact', contact: 'live', at: 6 }), state);
});

test('filter and order', () => {
  const { streams } = all(stream('cam/10'), stream('cam/9', { flow: [9e6, 0, 0, 0] }), stream('x', { owner: 'n2', tracks: [track('VP8')] }));
  const paths = (filter, order = 'name') => chosen(streams, filter, order).map(s => s.path);
  assert.deepEqual(paths(''), ['cam/9', 'cam/10', 'x']);
  assert.deepEqual(paths('', 'rate'), ['cam/9', 'cam/10', 'x']);
  assert.deepEqual(paths('VP8 n2'), ['x']);
  assert.deepEqual(paths('720p cam'), ['cam/9', 'cam/10']);
  assert.deepEqual(paths('1280×720 x n2'), ['x']);
  assert.deepEqual(paths('nothing'), []);
});

test('the first shown is one that a browser has a chance with', () => {
  const { streams } = all(stream('a', { tracks: [track('H.265', false)] }), stream('b', { live: false }), stream('c'));
  assert.equal(firstPlayable(streams).path, 'c');
});
