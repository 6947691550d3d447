// The language of the page. Every language is a catalogue of the shape of the English one.
import { english } from './text.en.ts';

export type Text = typeof english;
export const text: Text = english;
