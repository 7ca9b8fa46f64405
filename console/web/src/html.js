import { h } from 'preact';
import htm from 'htm';

/** Markup as a tagged template; everything put into it is text, never markup. */
export const html = htm.bind(h);
