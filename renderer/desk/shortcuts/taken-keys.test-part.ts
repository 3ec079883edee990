/** Keys that belong to the browser or the system, each with what it would do. The tests hold the registry against these. */
import type { Chord } from '../words/keys.ts';

interface Taken {
  why: string;
  takes: (chord: Chord) => boolean;
}

const named =
  (...names: string[]) =>
  ({ key }: Chord) =>
    names.includes(key);

/** What must never be a shortcut. */
export const TAKEN: readonly Taken[] = [
  { why: 'Esc is hit in a fright: it closes what lies over the window, and nothing on air', takes: named('escape') },
  { why: 'reloads the page', takes: named('f5', 'browserrefresh') },
  { why: 'reloads the page', takes: (chord) => chord.command && chord.key === 'r' },
  { why: 'closes the window or its tab', takes: (chord) => chord.command && ['w', 'f4'].includes(chord.key) },
  { why: 'quits the app', takes: (chord) => chord.command && chord.key === 'q' },
  { why: 'opens a tab or a window, which no page can prevent', takes: (c) => c.command && ['t', 'n'].includes(c.key) },
  { why: 'opens the menu bar', takes: named('f10', 'alt', 'contextmenu') },
  { why: 'full screen', takes: named('f11') },
  { why: 'walks with the caret in Firefox', takes: named('f7') },
  { why: 'moves the focus', takes: named('tab') },
  {
    why: 'developer tools, private windows and cleared data are Ctrl or Cmd with Shift',
    takes: ({ command, shift }) => command && shift !== false,
  },
  {
    why: 'edits text: copy, paste, cut, undo, redo, select all, and on a Mac hide and minimise',
    takes: (chord) => chord.command && 'cvxzyahm'.includes(chord.key),
  },
  {
    why: 'address, bookmarks, history, print, save, open, source, zoom',
    takes: (chord) => chord.command && 'ldgjpsou0+-=123456789'.includes(chord.key),
  },
  {
    why: 'types or scrolls: a letter, a digit, a space, Enter, or a sign without Shift',
    takes: ({ key, by, shift, command }) =>
      by === 'key' && shift === false && !command && (key.length === 1 || key === 'enter'),
  },
];

/** What browsers have a use for and leave to a page that wants it. */
export const TAKEN_OVER: readonly { name: string; why: string }[] = [
  { name: 'F1', why: 'help' },
  { name: 'F3', why: 'find' },
  { name: 'F6', why: 'goes to the address' },
  { name: 'F12', why: 'developer tools; it is the key for GO that is asked for' },
  { name: 'Ctrl K', why: 'goes to the search field' },
  { name: 'Ctrl F', why: 'find, which would see only the lines of the log that are drawn' },
];
