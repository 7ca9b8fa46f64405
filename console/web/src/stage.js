// The chosen stream: picture, what it is, why there is no picture, where else to open it.

import { useEffect, useState } from 'preact/hooks';
import { Address, publishing } from './address.js';
import { age, bitRate, particulars, rtspAddress, sentence } from './format.js';
import { html } from './html.js';
import { Picture } from './picture.js';
import { Trace } from './trace.js';
import { leftOut, listed } from './why.js';

export function Stage({ state, path }) {
  const stream = state.streams.get(path);
  const [behind, setBehind] = useState(0);
  return html`
    <section class="stage" aria-label="Player">
      <${Picture} stream=${stream} path=${path} known=${state.known} onBehind=${setBehind} />
      ${stream && html`<${Title} stream=${stream} />`}
      ${stream && html`<${Flow} stream=${stream} behind=${behind} />`}
      ${stream && leftOut(stream).length > 0 && html`<${LeftOut} stream=${stream} />`}
      ${stream && html`<${More} stream=${stream} rtsp=${state.rtsp} />`}
      ${!stream && state.known && state.rtsp.port > 0 && html`<${HowTo} rtsp=${state.rtsp} path=${path || 'mine'} />`}
    </section>`;
}

function Title({ stream }) {
  const video = stream.tracks.find(track => track.kind === 'video');
  const facts = [
    ...new Set(stream.tracks.map(track => track.codec)),
    ...(video?.width > 0 ? [`${video.width}×${video.height}`] : []),
    ...(video?.fps > 0 ? [`${Math.round(video.fps * 100) / 100} fps`] : []),
  ];
  return html`
    <div class="title">
      <h2>${stream.path}</h2>
      <span class=${stream.live ? 'state live' : 'state away'}>${stream.live ? 'live' : 'publisher away'}</span>
      <p>${facts.join('  ·  ')}</p>
    </div>`;
}

function Flow({ stream, behind }) {
  const [bits, readers, lost, dropped] = stream.flow;
  return html`
    <dl class="flow">
      <div class="gauge">
        <dt>Bit rate</dt><dd class="figure">${bitRate(bits)}</dd>
        <${Trace} values=${stream.trace} height=${30} line />
      </div>
      <div><dt>Readers</dt><dd class="figure">${readers.toLocaleString('en')}</dd></div>
      <div><dt>Owner</dt><dd title=${`The publisher is connected to ${stream.edge}`}>${stream.owner}</dd></div>
      <div><dt>Since</dt><dd class="figure">${age(Date.now() - stream.since)}</dd></div>
      <div class="wide"><dt>Lost</dt><dd class=${lost > 0 ? 'figure bad' : 'figure'} title="Packets the publisher’s numbering misses">${lost.toLocaleString('en')}</dd></div>
      <div class="wide"><dt>Dropped</dt><dd class=${dropped > 0 ? 'figure bad' : 'figure'} title="Frames that readers were too slow for">${dropped.toLocaleString('en')}</dd></div>
      <div><dt>Behind</dt><dd class="figure" title="How far this picture is behind the publisher">${behind > 0 ? `${behind.toFixed(1)} s` : '–'}</dd></div>
    </dl>`;
}

function LeftOut({ stream }) {
  const out = leftOut(stream);
  const reasons = out.map(track => `${track.codec} (${track.kind}): ${sentence(track.why)}`);
  return html`
    <p class="note"><b>HLS leaves out ${listed(out.map(track => `track ${track.index + 1}`))}.</b> ${reasons.join(' ')}${' '}
      RTSP carries every track untouched.</p>`;
}

function More({ stream, rtsp }) {
  const wide = useWide();
  return html`
    <details class="more-of" open=${wide}>
      <summary>Tracks and addresses</summary>
      <div class="columns">
        <table>
          <caption class="hidden">Tracks</caption>
          <thead><tr><th scope="col">Track</th><th scope="col">Codec</th><th scope="col">HLS</th></tr></thead>
          <tbody>${stream.tracks.map(track => html`
            <tr key=${track.index}>
              <td>${track.index + 1} <span class="kind">${track.kind}</span></td>
              <td>${track.codec}${track.width > 0 && ` ${track.width}×${track.height}`} <span class="kind">${particulars(track)}</span></td>
              <td>${track.inHls === null ? '?' : track.inHls ? 'yes' : 'no'}</td>
            </tr>`)}</tbody>
        </table>
        <div class="addresses">
          ${rtsp.port > 0 && html`<${Address} label="RTSP" text=${rtspAddress(rtsp, location.hostname, stream.path)} />`}
          <${Address} label="HLS" text=${`${location.origin}/${stream.path}/index.m3u8`} />
        </div>
      </div>
    </details>`;
}

function HowTo({ rtsp, path }) {
  return html`
    <div class="howto">
      <h2>Publish a stream</h2>
      <p>Any RTSP publisher will do. With ffmpeg:</p>
      <${Address} label="Command" text=${publishing(rtsp, path)} wraps />
    </div>`;
}

function useWide() {
  const [query] = useState(() => matchMedia('(min-width: 900px)'));
  const [wide, setWide] = useState(query.matches);
  useEffect(() => {
    const changed = () => setWide(query.matches);
    query.addEventListener('change', changed);
    return () => query.removeEventListener('change', changed);
  }, [query]);
  return wide;
}

