/** What is above the list: which log, what is searched for, what is left out, and the way out to a file. */

import { type ReactNode, useId, useState } from 'react';
import { classes } from '../../ui/classes.ts';
import { counted, grouped } from '../../ui/format.ts';
import text from '../../ui/text.module.css';
import { useDesk, useWindowData } from '../context/desk-context.tsx';
import { filtered, type LogFilter, type LogTab, NO_FILTER, type OutcomeGroup } from '../store/log-window.ts';
import { asCsv, asJson, exportName, exportRecord } from './log-export.ts';
import { isFiltered, minutesOf, PEOPLE, SERVER } from './log-filter.ts';
import tools from './log-tools.module.css';
import { saveFile } from './save-file.ts';
import type { ShownLog } from './use-log.ts';

const TABS: readonly { tab: LogTab; name: string }[] = [
  { tab: 'desk', name: 'This desk' },
  { tab: 'show', name: 'Whole show' },
];

const OUTCOMES: readonly { group: OutcomeGroup | ''; name: string }[] = [
  { group: '', name: 'All' },
  { group: 'accepted', name: 'Accepted' },
  { group: 'refused', name: 'Refused' },
  { group: 'no-answer', name: 'No answer' },
  { group: 'lost', name: 'Not carried out' },
];

export function LogTools({ log, onList }: { log: ShownLog; onList: () => void }) {
  const { window: win } = useDesk();
  const filter = useWindowData((data) => data.log.filter);
  const set = (change: Partial<LogFilter>) => win.setState((data) => ({ log: filtered(data.log, change) }));
  const { facets } = log;
  return (
    <search className={tools.tools} aria-label="Search and filters">
      <div className={tools.row}>
        <Tabs tab={log.tab} />
        <input
          type="search"
          dir="auto"
          className={tools.find}
          aria-label="Search the log"
          aria-keyshortcuts="/"
          placeholder="Search names, cues, words, reasons"
          value={filter.query}
          spellCheck={false}
          autoComplete="off"
          data-find
          onChange={(event) => set({ query: event.target.value })}
          onKeyDown={(event) => {
            if (event.key === 'Enter' || event.key === 'ArrowDown' || event.key === 'Escape') onList();
          }}
        />
        <fieldset className={tools.outcomes}>
          <legend className={text.spoken}>Outcome</legend>
          {OUTCOMES.map(({ group, name }) => (
            <button
              key={group}
              type="button"
              aria-pressed={filter.outcome === group}
              onClick={() => set({ outcome: filter.outcome === group ? '' : group })}
            >
              {name}{' '}
              <span className={tools.number}>{grouped(group === '' ? facets.total : facets.outcomes[group])}</span>
            </button>
          ))}
        </fieldset>
      </div>
      <div className={tools.row}>
        <Choice name="Action" value={filter.action} onChange={(action) => set({ action })} all="Every action">
          {options(facets.actions)}
        </Choice>
        <Choice name="Who" value={filter.who} onChange={(who) => set({ who })} all="Everybody">
          <option value={PEOPLE}>People only</option>
          {facets.hasServer ? <option value={SERVER}>The server</option> : null}
          {facets.people.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </Choice>
        <Choice name="Cue" value={filter.cue} onChange={(cue) => set({ cue })} all="Every cue">
          {facets.cues.map(({ id, words }) => (
            <option key={id} value={id}>
              {words}
            </option>
          ))}
        </Choice>
        <Choice name="Day" value={filter.day} onChange={(day) => set({ day })} all="Every day">
          {options(facets.days)}
        </Choice>
        <Time name="From" value={filter.from} onChange={(from) => set({ from })} />
        <Time name="To" value={filter.to} onChange={(to) => set({ to })} />
        <button type="button" className={tools.tool} aria-disabled={!isFiltered(filter)} onClick={() => set(NO_FILTER)}>
          Show all
        </button>
        <Export log={log} />
      </div>
    </search>
  );
}

function Tabs({ tab }: { tab: LogTab }) {
  const { window: win } = useDesk();
  return (
    <fieldset className={tools.which}>
      <legend className={text.spoken}>Which log</legend>
      {TABS.map(({ tab: one, name }) => (
        <button
          key={one}
          type="button"
          aria-pressed={one === tab}
          onClick={() => win.setState(({ log }) => ({ log: { ...log, tab: one } }))}
        >
          {name}
        </button>
      ))}
    </fieldset>
  );
}

const options = (values: readonly string[]) =>
  values.map((value) => (
    <option key={value} value={value}>
      {value}
    </option>
  ));

interface ChoiceProps {
  name: string;
  value: string;
  /** The word for no choice. */
  all: string;
  onChange: (value: string) => void;
  children: ReactNode;
}

function Choice({ name, value, all, onChange, children }: ChoiceProps) {
  const id = useId();
  return (
    <div className={tools.choice}>
      <label htmlFor={id} className={text.label}>
        {name}
      </label>
      <select id={id} value={value} data-chosen={value !== ''} onChange={(event) => onChange(event.target.value)}>
        <option value="">{all}</option>
        {children}
      </select>
    </div>
  );
}

/** A text and not the browser's own field, which asks for AM and PM wherever the system is set to it. */
function Time({ name, value, onChange }: { name: string; value: string; onChange: (value: string) => void }) {
  const id = useId();
  return (
    <div className={tools.choice}>
      <label htmlFor={id} className={text.label}>
        {name}
      </label>
      <input
        id={id}
        type="text"
        className={tools.time}
        inputMode="numeric"
        placeholder="hh:mm"
        maxLength={5}
        autoComplete="off"
        value={value}
        data-chosen={minutesOf(value) !== null}
        aria-invalid={value !== '' && minutesOf(value) === null}
        onChange={(event) => onChange(event.target.value)}
      />
    </div>
  );
}

/** What is shown, as a file: oldest first. */
function Export({ log }: { log: ShownLog }) {
  const [said, setSaid] = useState('');
  const { rows, tab, reach } = log;
  const isWhole = reach === 'start' || reach === 'bound';
  const save = (ending: 'csv' | 'json') => {
    if (!isWhole || rows.length === 0) return;
    const records = rows.map((row) => exportRecord(tab, row)).reverse();
    const nowMs = Date.now();
    const name = exportName(tab, ending, nowMs);
    const text = ending === 'csv' ? asCsv(records) : asJson(records, nowMs);
    saveFile({ name, text, type: ending === 'csv' ? 'text/csv' : 'application/json' });
    setSaid(`${grouped(records.length)} to ${name}`);
  };
  const why = isWhole
    ? `What is shown: ${counted(rows.length, 'entry', 'entries')}`
    : 'Older entries are still being read';
  return (
    <div className={tools.export}>
      <span className={classes(text.label, text.oneLine)} role="status" title={said}>
        {said}
      </span>
      {(['csv', 'json'] as const).map((ending) => (
        <button
          key={ending}
          type="button"
          className={tools.tool}
          aria-disabled={!isWhole || rows.length === 0}
          aria-label={`Export as ${ending.toUpperCase()}: ${why}`}
          title={why}
          onClick={() => save(ending)}
        >
          Export {ending.toUpperCase()}
        </button>
      ))}
    </div>
  );
}
