// An address to copy.

import { useEffect, useRef, useState } from 'preact/hooks';
import { rtspAddress } from './format.js';
import { html } from './html.js';
import { Copy, Done } from './icons.js';

/** The command that publishes a file under that path. */
export function publishing(rtsp, path) {
  return `ffmpeg -re -i any.mp4 -c copy -f rtsp ${rtspAddress(rtsp, location.hostname, path)}`;
}

/** A read-only field with a copy button. */
export function Address({ label, text, wraps }) {
  const [copied, setCopied] = useState(false);
  const field = useRef(null);
  useEffect(() => {
    const timer = copied ? setTimeout(() => setCopied(false), 1600) : 0;
    return () => clearTimeout(timer);
  }, [copied]);
  const copy = async () => setCopied(await toClipboard(text, field.current));
  return html`
    <div class="address">
      <span class="label">${label}</span>
      <${wraps ? 'textarea' : 'input'} ref=${field} readonly rows=${wraps ? 3 : undefined} aria-label=${`${label}, to copy`} value=${text}
        spellcheck=${false} onFocus=${event => event.target.select()} />
      <button onClick=${copy} aria-label=${`Copy ${label}`}>${copied ? html`<${Done} />` : html`<${Copy} />`}<span aria-live="polite">${copied ? 'Copied' : 'Copy'}</span></button>
    </div>`;
}

async function toClipboard(text, field) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // Browsers keep the clipboard from pages that came over plain HTTP, except from this machine.
    field.select();
    return document.execCommand('copy');
  }
}
