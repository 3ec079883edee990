/** How this window looks at the logs. It outlives the screen: whoever comes back finds the place and the search as they were. */
export type LogTab = 'desk' | 'show';

/** `no-answer`: not known yet. `lost`: it never had an effect: not sent, never arrived, or failed. */
export type OutcomeGroup = 'accepted' | 'refused' | 'no-answer' | 'lost';

/** What is chosen; an empty text is no choice. */
export interface LogFilter {
  query: string;
  outcome: OutcomeGroup | '';
  /** A word such as `GO`. */
  action: string;
  /** A person's id, or one of the two groups. */
  who: string;
  cue: string;
  /** `21 Nov` */
  day: string;
  /** `21:05`, local time of day, or what is being typed; both ends belong to it, and it may go over midnight. */
  from: string;
  to: string;
}

export const NO_FILTER: LogFilter = {
  query: '',
  outcome: '',
  action: '',
  who: '',
  cue: '',
  day: '',
  from: '',
  to: '',
};

export interface LogPlace {
  /** Key of the selected row. */
  selected: string | null;
  /** The row at the top edge and how many px of it are above the edge; null: the newest row is in sight. */
  anchor: { key: string; into: number } | null;
  /** Key of the newest row when the list left its top. */
  newestSeen: string | null;
}

export interface LogWindow {
  tab: LogTab;
  filter: LogFilter;
  places: Readonly<Record<LogTab, LogPlace>>;
}

const TOP: LogPlace = { selected: null, anchor: null, newestSeen: null };
export const FIRST_LOOK: LogWindow = { tab: 'desk', filter: NO_FILTER, places: { desk: TOP, show: TOP } };

export function filtered(log: LogWindow, change: Partial<LogFilter>): LogWindow {
  return { ...log, filter: { ...log.filter, ...change } };
}

export function placed(log: LogWindow, tab: LogTab, change: Partial<LogPlace>): LogWindow {
  return { ...log, places: { ...log.places, [tab]: { ...log.places[tab], ...change } } };
}

/** The whole show's lines of one command, whatever was searched for before. */
export function foundInShow(log: LogWindow, commandId: string): LogWindow {
  const { places } = log;
  return { tab: 'show', filter: { ...NO_FILTER, query: commandId }, places: { ...places, show: TOP } };
}
