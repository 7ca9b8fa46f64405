// The connection to the node: its event stream while the page is seen, plain requests while there is no event stream.

const RETRY_MILLIS = 3000;

/** Calls emit(event) for ever with the events of store.js; returns a function that ends it. */
export function connect(emit) {
  let source = null;
  let timer = 0;

  const contact = name => emit({ type: 'contact', contact: name, at: Date.now() });

  function open() {
    close();
    source = new EventSource('/api/events');
    source.onopen = () => contact('live');
    for (const type of ['all', 'changes', 'flow']) {
      source.addEventListener(type, message => {
        contact('live');
        emit({ type, data: JSON.parse(message.data) });
      });
    }
    source.onerror = () => {
      contact('lost');
      // The browser tries again by itself unless the node refused, as it does when it has listeners enough.
      if (source?.readyState === EventSource.CLOSED) {
        clearTimeout(timer);
        timer = setTimeout(poll, RETRY_MILLIS);
      }
    };
  }

  async function poll() {
    try {
      const answer = await fetch('/api/streams', { cache: 'no-store' });
      if (answer.ok) {
        emit({ type: 'all', data: await answer.json() });
        contact('polling');
      }
    } catch {
      contact('lost');
    }
    if (!document.hidden) open();
  }

  function close() {
    clearTimeout(timer);
    source?.close();
    source = null;
  }

  // A browser opens few connections per host: a page in the background leaves its place to others.
  const seen = () => (document.hidden ? close() : open());
  document.addEventListener('visibilitychange', seen);
  seen();
  return () => {
    document.removeEventListener('visibilitychange', seen);
    close();
  };
}
