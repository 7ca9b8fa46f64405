// Figures and names as people read them.

/** Bits per second: "4.01 Mb/s"; three significant digits. */
export function bitRate(bits) {
  if (!(bits > 0)) return '0 b/s';
  const units = ['b/s', 'kb/s', 'Mb/s', 'Gb/s'];
  const power = Math.min(units.length - 1, Math.floor(Math.log10(bits) / 3));
  const value = bits / 1000 ** power;
  return `${value >= 100 || power === 0 ? Math.round(value) : value.toPrecision(3)} ${units[power]}`;
}

/** Milliseconds since then: "12 s", "4 min", "3 h 20 min", "5 d 2 h". */
export function age(millis) {
  const seconds = Math.max(0, Math.floor(millis / 1000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return `${hours} h ${minutes % 60} min`;
  return `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

/** A count with its noun: "1 reader", "2 readers". */
export function count(number, noun) {
  return `${number.toLocaleString('en')} ${noun}${number === 1 ? '' : 's'}`;
}

/** One track in a few words: "H.264 1280×720", "AAC". */
export function brief(track) {
  return track.width > 0 ? `${track.codec} ${track.width}×${track.height}` : track.codec;
}

/** All that is known of a track beside its codec: "High 3.1, 25 fps, 48 kHz, stereo". */
export function particulars(track) {
  const parts = [];
  if (track.detail) parts.push(track.detail);
  if (track.fps > 0) parts.push(`${Math.round(track.fps * 100) / 100} fps`);
  if (track.kind === 'audio' && track.rate > 0) parts.push(`${track.rate / 1000} kHz`);
  if (track.channels > 0) parts.push(['mono', 'stereo'][track.channels - 1] ?? `${track.channels} channels`);
  return parts.join(', ');
}

/** The clock time of a moment: "14:03:07". */
export function clockTime(millis) {
  return new Date(millis).toLocaleTimeString('en-GB');
}

/** The address to give a player, empty where no node serves RTSP. The page's own host name serves when the node names none. */
export function rtspAddress(rtsp, pageHost, path) {
  if (!rtsp.port) return '';
  const port = rtsp.port === 554 ? '' : `:${rtsp.port}`;
  return `rtsp://${rtsp.host || pageHost}${port}/${path}`;
}

/** Text that ends as a sentence does. */
export function sentence(text) {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
