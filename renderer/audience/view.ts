import type { OptionId } from '../../shared/protocol/ids.ts';
import type { Note } from './texts.ts';

/** What is drawn. Plain data: the drawing decides nothing. */
export interface View {
  title: string;
  rehearsal: boolean;
  message: string | null;
  time: TimeLeft | null;
  moment: Moment;
  /** Calls that stand beside a poll. */
  aside: Call[];
  note: Note;
  /** No sign of life for too long: figures grey out. */
  stale: boolean;
  /** Read out politely when it changes: the moment, and apart from it what is out of the ordinary. */
  say: string;
  sayNote: string;
}

export interface TimeLeft {
  text: string;
  suffix: string;
  /** 0 to 1 of the window; null when it is not known. */
  share: number | null;
}

export interface Call {
  text: string;
  link: { href: string; host: string } | null;
}

export interface OptionView {
  id: OptionId;
  text: string;
  chosen: boolean;
  /** Can't be chosen now: locked, or enough are chosen. */
  off: boolean;
}

export type Action = { kind: 'ready' | 'blocked' | 'busy'; text: string };

/** The card that keeps the receipt in sight. */
export interface Mine {
  counted: boolean;
  title: string;
  text: string;
}

export interface ResultRow {
  id: OptionId;
  text: string;
  mine: boolean;
  right: boolean;
  /** It alone has the most votes, though another prints the same share. */
  ahead: boolean;
  /** 0 to 1 of the common scale; null without figures. */
  bar: number | null;
  value: string | null;
  count: string | null;
}

export type Moment =
  | {
      kind: 'plain';
      name: 'waiting' | 'closed' | 'bad-code';
      headline: string;
      text: string;
      status: { done: boolean; text: string } | null;
      total: Total | null;
      mine: Mine | null;
    }
  | {
      kind: 'form';
      name: 'question' | 'sent' | 'paused';
      key: string;
      question: string;
      shape: 'single' | 'multiple' | 'rating';
      hint: string;
      /** Of a rating row; null for a list. */
      columns: number | null;
      options: OptionView[];
      locked: boolean;
      action: Action;
    }
  | {
      kind: 'receipt';
      name: 'accepted' | 'not-counted';
      headline: string;
      text: string;
      rows: { label: string; value: string }[];
      total: Total | null;
    }
  | {
      kind: 'results';
      name: 'results';
      question: string;
      lead: string | null;
      rows: ResultRow[];
      total: Total | null;
      /** Of a vote that is marked in its row; any other vote of this device is told in `mine`. */
      receipt: string | null;
      mine: Mine | null;
    }
  | { kind: 'call'; name: 'cta' | 'reaction'; call: Call; mine: Mine | null };

export interface Total {
  strong: string;
  text: string;
}
