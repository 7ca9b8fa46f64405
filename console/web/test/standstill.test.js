import assert from 'node:assert/strict';
import test from 'node:test';
import { restraint, standstill } from '../src/standstill.js';

/** Runs for ten seconds, two looks a second; a segment every two seconds. Returns when it was first seen, or null. */
function firstSeen({ moves = () => false, wanted = true, segments = true }) {
  const still = standstill();
  let time = 7;
  for (let now = 0; now <= 10_000; now += 500) {
    if (moves(now)) time += 0.5;
    if (segments && now % 2000 === 1000) still.loaded();
    if (still.seen(now, time, wanted)) return now;
  }
  return null;
}

const rows = [
  ['it plays', { moves: () => true }, null],
  ['it stands while segments come', {}, 4000],
  ['it played first', { moves: now => now <= 3000 }, 7000],
  ['it hiccups', { moves: now => now % 3000 === 0 }, null],
  ['no segments come', { segments: false }, null],
  ['the user has paused, or it has ended', { wanted: false }, null],
];
for (const [name, run, when] of rows) {
  test(`standstill: ${name}`, () => assert.equal(firstSeen(run), when));
}

test('attempts become rarer, a minute apart at most', () => {
  const bound = restraint();
  const passed = [];
  for (let now = 0; now < 400_000; now += 500) {
    if (bound.passes(now)) passed.push(now / 1000);
  }
  assert.deepEqual(passed, [0, 1, 3, 7, 15, 31, 63, 123, 183, 243, 303, 363]);
});

test('after two quiet minutes the next attempt passes at once, and so does the one a second later', () => {
  const bound = restraint();
  for (let now = 0; now < 100_000; now += 500) bound.passes(now);
  assert.equal(bound.passes(100_000), false);
  assert.equal(bound.passes(200_000), true);
  assert.equal(bound.passes(201_000), true);
});
