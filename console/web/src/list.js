// The list of streams: filter, order, one link a stream.

import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { Address, publishing } from './address.js';
import { bitRate, brief, count } from './format.js';
import { html } from './html.js';
import { Search } from './icons.js';
import { chosen } from './store.js';
import { Trace } from './trace.js';

/** Rows drawn at once; the rest on demand. */
const ROW_LIMIT = 60;
/** From this many streams on, there is something to search and to sort. */
const MANY = 5;

export function List({ state, path }) {
  const [filter, setFilter] = useState('');
  const [order, setOrder] = useState('name');
  const [limit, setLimit] = useState(ROW_LIMIT);
  const field = useRef(null);
  const rows = useMemo(() => chosen(state.streams, filter, order), [state.streams, filter, order]);

  useEffect(() => {
    const slash = event => {
      if (event.key === '/' && !event.ctrlKey && !event.metaKey && !/^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName)) {
        event.preventDefault();
        field.current?.focus();
      }
    };
    addEventListener('keydown', slash);
    return () => removeEventListener('keydown', slash);
  }, []);

  return html`
    <nav class="streams" id="streams" tabindex="-1" aria-label="Live streams" onKeyDown=${arrows}>
      <div class="tools">
        <h2>Streams</h2>
        ${(state.streams.size >= MANY || filter) && html`
          <label class="order">
            <span class="hidden">Order</span>
            <select value=${order} onChange=${event => setOrder(event.target.value)}>
              <option value="name">by name</option>
              <option value="rate">by bit rate</option>
              <option value="readers">by readers</option>
              <option value="newest">newest first</option>
            </select>
          </label>
          <label class="search">
            <${Search} /><span class="hidden">Filter</span>
            <input ref=${field} type="search" placeholder="Name, codec, 720p, node" autocomplete="off" spellcheck=${false}
              value=${filter} onInput=${event => setFilter(event.target.value)} />
            <kbd aria-hidden="true">/</kbd>
          </label>`}
      </div>
      ${rows.length > 0 && html`
        <ol>${rows.slice(0, limit).map(stream => html`<${Row} key=${stream.path} stream=${stream} current=${stream.path === path} />`)}</ol>`}
      ${rows.length > limit && html`
        <button class="more" onClick=${() => setLimit(limit + 4 * ROW_LIMIT)}>Show more of ${count(rows.length, 'stream')}</button>`}
      ${rows.length === 0 && filter && html`<p class="none">No stream matches “${filter}”.</p>`}
      ${state.known && state.streams.size === 0 && html`<p class="none">Nobody publishes at the moment.</p>`}
      ${state.streams.size > 0 && state.streams.size < MANY && state.rtsp.port > 0 && html`
        <div class="own"><h3>Publish your own</h3><${Address} label="With ffmpeg" text=${publishing(state.rtsp, 'mine')} wraps /></div>`}
      ${state.total > state.streams.size && html`
        <p class="none">The node lists the first ${state.streams.size} of ${count(state.total, 'stream')}.</p>`}
    </nav>`;
}

function Row({ stream, current }) {
  const [bits, readers] = stream.flow;
  return html`
    <li>
      <a href=${`#/${stream.path}`} class=${stream.live ? 'row' : 'row away'} aria-current=${current ? 'true' : undefined}>
        <span class="name">${stream.path}</span>
        <span class="rate figure">${stream.live ? bitRate(bits) : 'away'}</span>
        <span class="meta">${stream.tracks.map(brief).join(' + ') || 'no tracks'}</span>
        <span class="meta where figure">${count(readers, 'reader')} · ${stream.owner}</span>
        <${Trace} values=${stream.trace} height=${12} />
      </a>
    </li>`;
}

/** Arrow keys, Home and End walk through the rows. */
function arrows(event) {
  const rows = [...event.currentTarget.querySelectorAll('.row')];
  const at = rows.indexOf(document.activeElement);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: rows.length - 1 }[event.key];
  if (to === undefined || (at < 0 && event.key !== 'ArrowDown')) return;
  if (document.activeElement.tagName === 'SELECT') return;
  event.preventDefault();
  rows[Math.max(0, Math.min(rows.length - 1, to))]?.focus();
}
