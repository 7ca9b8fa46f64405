// The page: head, stage and list; the address after # names the stream.

import { useEffect, useReducer, useState } from 'preact/hooks';
import { bitRate, clockTime, count } from './format.js';
import { html } from './html.js';
import { Mark } from './icons.js';
import { List } from './list.js';
import { connect } from './node.js';
import { Stage } from './stage.js';
import { START, firstPlayable, reduce } from './store.js';

export function App() {
  const [state, emit] = useReducer(reduce, START);
  const [asked, setAsked] = useState(pathOfAddress);
  const [first, setFirst] = useState('');

  useEffect(() => connect(emit), []);
  useEffect(() => {
    const changed = () => setAsked(pathOfAddress());
    addEventListener('hashchange', changed);
    return () => removeEventListener('hashchange', changed);
  }, []);
  useEffect(() => {
    // Chosen once, so that the picture does not change under the viewer when a stream comes or goes.
    if (!first && state.streams.size > 0) setFirst(firstPlayable(state.streams).path);
  }, [first, state.streams]);

  const path = asked || first;
  useEffect(() => {
    document.title = path ? `${path} · Millrace` : 'Millrace';
  }, [path]);

  return html`
    <a class="skip" href="#streams" onClick=${toStreams}>Skip to the list of streams</a>
    <${Head} state=${state} />
    <main>
      <${Stage} state=${state} path=${path} />
      <${List} state=${state} path=${path} />
    </main>`;
}

function pathOfAddress() {
  try {
    return location.hash.startsWith('#/') ? decodeURIComponent(location.hash.slice(2)) : '';
  } catch {
    return '';
  }
}

function toStreams(event) {
  event.preventDefault();
  document.getElementById('streams').focus();
}

function Head({ state }) {
  const all = [...state.streams.values()];
  const sum = index => all.reduce((total, stream) => total + stream.flow[index], 0);
  return html`
    <header>
      <h1><${Mark} /><span>Millrace</span></h1>
      ${state.known && html`
        <ul class="totals" aria-label="All streams together">
          <li>${count(state.total, 'stream')}</li>
          <li>${count(sum(1), 'reader')}</li>
          <li class="figure">${bitRate(sum(0))} in</li>
          <li class="wide">${count(state.nodes, 'node')}</li>
        </ul>`}
      <${Contact} state=${state} />
    </header>`;
}

function Contact({ state }) {
  const words = {
    connecting: 'Connecting',
    live: state.node,
    polling: `${state.node}, every 3 s`,
    lost: `No contact since ${clockTime(state.contactSince)}`,
  };
  const title = {
    connecting: 'Waiting for the node’s first answer',
    live: `Live from node ${state.node}`,
    polling: 'The node has listeners enough; the page asks again by itself',
    lost: 'Trying again; what is shown may be old',
  };
  return html`<p class="contact ${state.contact}" role="status" title=${title[state.contact]}>
    <i aria-hidden="true"></i>${words[state.contact]}</p>`;
}

