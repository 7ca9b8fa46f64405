// The bit rate of the last 90 seconds drawn as a water level.

import { useMemo } from 'preact/hooks';
import { html } from './html.js';
import { TRACE_SECONDS } from './store.js';

/** values: bits per second, oldest first; drawn from the right edge, so that time flows to the left. */
export function Trace({ values, height, line }) {
  const path = useMemo(() => outline(values, height), [values, height]);
  return html`
    <svg class="trace" viewBox="0 0 ${TRACE_SECONDS - 1} ${height}" preserveAspectRatio="none" aria-hidden="true">
      <path class="body" d=${`${path}V${height}H${TRACE_SECONDS - values.length}Z`} />
      ${line && html`<path class="line" d=${path} />`}
    </svg>`;
}

/** The upper edge as path data; the highest value reaches 90 % of the height. */
export function outline(values, height) {
  const top = Math.max(1, ...values);
  const from = TRACE_SECONDS - values.length;
  const y = value => (height - (value / top) * height * 0.9).toFixed(2);
  const points = values.map((value, i) => `${from + i} ${y(value)}`);
  return `M${points[0]}L${points.slice(1).join(' ')}${values.length === 1 ? `${from} ${y(values[0])}` : ''}`;
}
