import assert from 'node:assert/strict';
import test from 'node:test';
import { age, bitRate, brief, count, particulars, rtspAddress, sentence } from '../src/format.js';

test('bit rates have three significant digits', () => {
  const rows = [[0, '0 b/s'], [undefined, '0 b/s'], [64, '64 b/s'], [1000, '1.00 kb/s'], [64_000, '64.0 kb/s'],
    [4_012_345, '4.01 Mb/s'], [148_200_000, '148 Mb/s'], [2_000_000_000, '2.00 Gb/s'], [5e12, '5000 Gb/s']];
  for (const [bits, text] of rows) assert.equal(bitRate(bits), text);
});

test('ages grow coarser', () => {
  const rows = [[-5, '0 s'], [59_999, '59 s'], [60_000, '1 min'], [3_600_000, '1 h 0 min'], [90_000_000, '1 d 1 h']];
  for (const [millis, text] of rows) assert.equal(age(millis), text);
});

test('counts agree with their noun', () => {
  assert.equal(count(1, 'reader'), '1 reader');
  assert.equal(count(1200, 'reader'), '1,200 readers');
});

test('tracks in words', () => {
  const video = { kind: 'video', codec: 'H.264', width: 1280, height: 720, detail: 'High 3.1', fps: 29.970029, rate: 90000, channels: 0 };
  const audio = { kind: 'audio', codec: 'AAC', width: 0, height: 0, detail: 'LC', fps: 0, rate: 44100, channels: 2 };
  assert.equal(brief(video), 'H.264 1280×720');
  assert.equal(brief(audio), 'AAC');
  assert.equal(particulars(video), 'High 3.1, 29.97 fps');
  assert.equal(particulars(audio), 'LC, 44.1 kHz, stereo');
  assert.equal(particulars({ ...audio, channels: 6 }), 'LC, 44.1 kHz, 6 channels');
});

test('the RTSP address takes the page\'s host unless the node names another', () => {
  assert.equal(rtspAddress({ host: '', port: 8554 }, '[::1]', 'a/b'), 'rtsp://[::1]:8554/a/b');
  assert.equal(rtspAddress({ host: 'edge', port: 554 }, 'page', 'a'), 'rtsp://edge/a');
  assert.equal(rtspAddress({ host: '', port: 0 }, 'page', 'a'), '');
});

test('reasons end as sentences', () => {
  assert.equal(sentence('Only fMP4'), 'Only fMP4.');
  assert.equal(sentence('So it is.'), 'So it is.');
});
