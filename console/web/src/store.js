// What the page knows: a value that changes only through reduce(). No clock, no network.

/** Seconds of bit rate kept for each stream. */
export const TRACE_SECONDS = 90;

export const START = Object.freeze({
  node: '',
  nodes: 0,
  total: 0,
  rtsp: { host: '', port: 8554 },
  contact: 'connecting',
  contactSince: 0,
  known: false,
  streams: new Map(),
});

/** The state after an event of the node's event stream, or of the connection to it. */
export function reduce(state, event) {
  switch (event.type) {
    case 'all':
      return {
        ...state,
        ...picked(event.data),
        known: true,
        streams: new Map(event.data.streams.map(stream => [stream.path, joined(state.streams.get(stream.path), stream)])),
      };
    case 'changes': {
      const streams = new Map(state.streams);
      for (const path of event.data.gone) streams.delete(path);
      for (const stream of event.data.streams) streams.set(stream.path, joined(streams.get(stream.path), stream));
      return { ...state, ...picked(event.data), streams };
    }
    case 'flow': {
      const streams = new Map();
      for (const [path, stream] of state.streams) {
        const flow = event.data.flow[path] ?? [0, stream.flow[1], stream.flow[2], stream.flow[3]];
        streams.set(path, { ...stream, flow, trace: [...stream.trace, flow[0]].slice(-TRACE_SECONDS) });
      }
      return { ...state, streams };
    }
    case 'contact':
      return state.contact === event.contact ? state : { ...state, contact: event.contact, contactSince: event.at };
    default:
      return state;
  }
}

function picked({ node, nodes, total, rtsp }) {
  return { node, nodes, total, rtsp };
}

function joined(before, stream) {
  const trace = before && before.id === stream.id ? before.trace : [];
  return { ...stream, trace: trace.length > 0 ? trace : [stream.flow[0]] };
}

/** Orders of the list. */
export const ORDERS = {
  name: (a, b) => a.path.localeCompare(b.path, 'en', { numeric: true }),
  rate: (a, b) => b.flow[0] - a.flow[0] || ORDERS.name(a, b),
  readers: (a, b) => b.flow[1] - a.flow[1] || ORDERS.name(a, b),
  newest: (a, b) => b.since - a.since || ORDERS.name(a, b),
};

/** The streams that match every word of the filter, in order; names, codecs, nodes and resolutions are searched. */
export function chosen(streams, filter, order) {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  return [...streams.values()]
    .filter(stream => {
      const text = [stream.path, stream.owner, stream.live ? 'live' : 'away',
        ...stream.tracks.map(t => `${t.codec} ${t.encoding} ${t.width}x${t.height} ${t.height}p`)].join(' ').toLowerCase();
      return words.every(word => text.includes(word.replace('×', 'x')));
    })
    .sort(ORDERS[order]);
}

/** Which stream to show when none was asked for: the first by name that a browser has a chance with. */
export function firstPlayable(streams) {
  const all = [...streams.values()].sort(ORDERS.name);
  return all.find(s => s.live && s.tracks.some(t => t.kind === 'video' && t.inHls !== false))
    ?? all.find(s => s.live && s.tracks.some(t => t.inHls !== false)) ?? all[0];
}
