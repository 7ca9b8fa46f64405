import { html } from './html.js';

/** A wheel over its water. */
export const Mark = () => html`
  <svg class="mark" viewBox="0 0 32 32" aria-hidden="true" fill="none" stroke-width="2.4" stroke-linecap="round">
    <g class="wheel" stroke="currentColor">
      <circle cx="16" cy="13" r="4.2" />
      <path d="M16 2.5v4M16 19.5v3M5.5 13h4M22.5 13h4M8.6 5.6l2.8 2.8M20.6 17.6l2.4 2.4M23.4 5.6l-2.8 2.8M11.4 17.6L9 20" />
    </g>
    <path class="water" d="M2 27c3.5 0 3.5-2.4 7-2.4s3.5 2.4 7 2.4 3.5-2.4 7-2.4 3.5 2.4 7 2.4" />
  </svg>`;

const icon = path => () => html`
  <svg class="icon" viewBox="0 0 20 20" aria-hidden="true" fill="none" stroke="currentColor" stroke-width="1.6"
    stroke-linecap="round" stroke-linejoin="round"><path d=${path} /></svg>`;

export const Search = icon('M9 3.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11M13.2 13.2L17 17');
export const Copy = icon('M7.5 7.5h8.5v9h-8.5zM13 7.5V4H4v9h3.5');
export const Done = icon('M4 10.5l4 4 8-9');
export const Sound = icon('M3.5 8v4h3l4 3.5v-11L6.5 8zM13.5 7.5a4 4 0 0 1 0 5M15.8 5.2a7 7 0 0 1 0 9.6');
