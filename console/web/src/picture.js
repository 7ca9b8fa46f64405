// The video element, the player behind it, and the plate that says why there is no picture.

import { useEffect, useRef, useState } from 'preact/hooks';
import { html } from './html.js';
import { Sound } from './icons.js';
import { plate, playable } from './why.js';

const IDLE = { state: 'idle' };

export function Picture({ stream, path, known, onBehind }) {
  const video = useRef(null);
  const player = useRef(null);
  const [said, setSaid] = useState(IDLE);
  const [muted, setMuted] = useState(true);
  const id = stream && playable(stream) ? stream.id : '';

  useEffect(() => {
    if (!id) {
      // A stream that was there and is not any more has ended; one that never was is waited for.
      setSaid(before => (before.path === path && before.state !== 'idle' ? { state: 'ended', path, at: Date.now() } : IDLE));
      return undefined;
    }
    let wanted = true;
    const tell = word => wanted && setSaid(before => heard(before, { ...word, path }));
    tell({ state: 'loading' });
    import('./player.js').then(({ play }) => {
      if (wanted) player.current = play(video.current, `/${path}/index.m3u8`, tell);
    });
    return () => {
      wanted = false;
      player.current?.close();
      player.current = null;
      onBehind(0);
    };
  }, [id, path]);

  const tick = () => onBehind(player.current ? Math.round(player.current.behind() * 10) / 10 : 0);
  const unmute = () => {
    video.current.muted = false;
    video.current.play();
  };
  const words = plate(stream, said, path, known);
  const showsPicture = said.state === 'playing' || said.state === 'stalled' || said.state === 'blocked';
  const sound = stream?.tracks.some(track => track.kind === 'audio' && track.inHls !== false);
  return html`
    <div class=${showsPicture ? 'picture seen' : 'picture'}>
      <video ref=${video} muted playsinline autoplay controls=${showsPicture} onTimeUpdate=${tick} tabindex=${showsPicture ? 0 : -1}
        aria-label=${path ? `Stream ${path}` : 'No stream'} onVolumeChange=${event => setMuted(event.target.muted)}></video>
      ${said.state === 'playing' && muted && sound && html`
        <button class="unmute" onClick=${unmute}><${Sound} />Sound on</button>`}
      <div class="plate-place" role="status">
        ${words && html`
          <div class="plate ${words.kind}">
            <i aria-hidden="true"></i>
            <h3>${words.title}</h3>
            <p>${words.text}</p>
          </div>`}
      </div>
    </div>`;
}

/** What the player says counts, except that an element waits before its first picture too. */
function heard(before, word) {
  if (word.state === 'stalled' && before.state !== 'playing') return before;
  return word;
}
