/** The rows of a log. Only those in sight are drawn, whatever their number. */

import { defaultRangeExtractor, useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, memo, useCallback, useEffect, useLayoutEffect, useRef } from 'react';
import { classes } from '../../ui/classes.ts';
import text from '../../ui/text.module.css';
import { useToken } from '../../ui/use-token.ts';
import { useDesk, useDeskData, useWindowData } from '../context/desk-context.tsx';
import { type LogTab, placed } from '../store/log-window.ts';
import { quotedApart } from '../words/quoted-apart.ts';
import outcome from './log-outcome.module.css';
import { anchorAt, indexOf, newerThan, offsetOf, steppedIndex } from './log-place.ts';
import { cueWords, dayOf, detailOf, type LogRow } from './log-row.ts';
import tableStyles from './log-table.module.css';

/** Rows beyond the edges, so that quick scrolling shows no gaps. */
const OVERSCAN = 12;

const rowId = (key: string): string => `log-row-${key}`;

export function LogTable({ tab, rows, onRead }: { tab: LogTab; rows: readonly LogRow[]; onRead: () => void }) {
  const { window: win } = useDesk();
  const box = useRef<HTMLTableElement>(null);
  const rowHeight = useToken('--line-h');
  const place = useWindowData((data) => data.log.places[tab]);
  const today = useDeskData((data) => dayOf(data.localNowMs));
  const anchor = useRef(place.anchor);
  const selected = indexOf(rows, place.selected);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => box.current,
    estimateSize: () => rowHeight,
    initialOffset: () => offsetOf(rows, place.anchor, rowHeight) ?? 0,
    overscan: OVERSCAN,
    // The head lies over the first row's height of the list.
    scrollPaddingEnd: rowHeight,
    getItemKey: (index) => rows[index]?.key ?? index,
    // The selected row stays drawn: it is what the list tells assistive software.
    rangeExtractor: (range) => {
      const inSight = defaultRangeExtractor(range);
      return selected < 0 || inSight.includes(selected) ? inSight : [...inSight, selected].sort((a, b) => a - b);
    },
  });

  // biome-ignore lint/correctness/useExhaustiveDependencies: sizes are measured anew when the height of a row changes
  useEffect(() => virtual.measure(), [rowHeight]);
  useEffect(() => {
    // Whoever opened the screen by a key goes on by the arrows.
    if (document.activeElement === document.body) box.current?.focus({ preventScroll: true });
  }, []);
  // What comes in above must not push away what is being read.
  useLayoutEffect(() => {
    const offset = offsetOf(rows, anchor.current, rowHeight);
    if (box.current && offset !== null && anchor.current !== null) box.current.scrollTop = offset;
  }, [rows, rowHeight]);
  useEffect(() => () => win.setState(({ log }) => ({ log: placed(log, tab, { anchor: anchor.current }) })), [win, tab]);

  const onScroll = () => {
    if (!box.current) return;
    const next = anchorAt(rows, box.current.scrollTop, rowHeight);
    const left = anchor.current === null && next !== null;
    const back = anchor.current !== null && next === null;
    anchor.current = next;
    if (left || back) {
      win.setState(({ log }) => ({ log: placed(log, tab, { newestSeen: left ? (rows[0]?.key ?? null) : null }) }));
    }
  };
  const toNewest = () => {
    virtual.scrollToOffset(0);
    box.current?.focus({ preventScroll: true });
  };
  const select = useCallback(
    (key: string) => win.setState(({ log }) => ({ log: placed(log, tab, { selected: key }) })),
    [win, tab],
  );
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    if (event.key === 'Enter' && selected >= 0) {
      event.preventDefault();
      onRead();
      return;
    }
    const page = Math.max(1, Math.floor((box.current?.clientHeight ?? rowHeight) / rowHeight) - 2);
    const next = steppedIndex(event.key, selected, { count: rows.length, page });
    const key = next === null ? undefined : rows[next]?.key;
    if (next === null || key === undefined) return;
    event.preventDefault();
    select(key);
    virtual.scrollToIndex(next, { align: 'auto' });
  };

  const newer = newerThan(rows, place.newestSeen);
  const isShow = tab === 'show';
  return (
    <section className={tableStyles.table} aria-label="Log entries">
      <table
        ref={box}
        className={tableStyles.grid}
        // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: a table whose lines are selected is a grid, as HTML allows
        role="grid"
        tabIndex={0}
        aria-label={isShow ? 'Actions of the whole show, newest first' : 'Actions of this desk, newest first'}
        aria-rowcount={rows.length + 1}
        aria-activedescendant={selected >= 0 ? rowId(rows[selected]?.key ?? '') : undefined}
        onScroll={onScroll}
        onKeyDown={onKeyDown}
        data-list
      >
        <thead>
          <tr aria-rowindex={1} className={tableStyles.line}>
            <th scope="col" aria-sort="descending">
              Time <span aria-hidden="true">↓</span>
            </th>
            <th scope="col">Action</th>
            <th scope="col">Cue</th>
            <th scope="col">Who</th>
            <th scope="col" className={tableStyles.source}>
              {isShow ? 'From' : 'By'}
            </th>
            <th scope="col">Outcome</th>
            <th scope="col" className={classes(tableStyles.took, text.toEnd)}>
              {isShow ? 'Entry' : 'Latency'}
            </th>
            <th scope="col" className={tableStyles.detailOf}>
              What and why
            </th>
          </tr>
        </thead>
        <tbody style={{ height: virtual.getTotalSize() }}>
          {virtual.getVirtualItems().map(({ index, start }) => {
            const row = rows[index];
            if (row === undefined) return null;
            return (
              <Line
                key={row.key}
                row={row}
                index={index}
                start={start}
                isSelected={index === selected}
                isShow={isShow}
                today={today}
                select={select}
              />
            );
          })}
        </tbody>
      </table>
      <button type="button" className={tableStyles.newer} hidden={newer === 0} onClick={toNewest}>
        ↑ {newer} new
      </button>
    </section>
  );
}

interface LineProps {
  row: LogRow;
  index: number;
  start: number;
  isSelected: boolean;
  isShow: boolean;
  today: string;
  select: (key: string) => void;
}

const Line = memo(function Line({ row, index, start, isSelected, isShow, today, select }: LineProps) {
  const detail = [quotedApart(detailOf(row)), ...row.marks].filter((part) => part !== '').join(' · ');
  return (
    <tr
      id={rowId(row.key)}
      aria-rowindex={index + 2}
      aria-selected={isSelected}
      className={classes(tableStyles.line, tableStyles[`by-${row.by}`])}
      style={{ transform: `translateY(${start}px)` }}
      onClick={() => select(row.key)}
    >
      <td className={tableStyles.timeOf}>
        {row.day === today ? null : <span className={tableStyles.day}>{row.day} </span>}
        {row.time}
      </td>
      <td className={classes(tableStyles.act, text.oneLine)} title={row.action}>
        {row.action}
      </td>
      <td className={text.oneLine} dir="auto" title={cueWords(row)}>
        <CueName row={row} />
      </td>
      <td className={classes(tableStyles.who, text.oneLine)} dir="auto" title={row.who}>
        {row.by === 'server' ? <i className={tableStyles.tag}>Server</i> : row.who}
      </td>
      <td className={classes(tableStyles.source, text.oneLine)} title={row.source}>
        {row.by === 'server' ? 'by itself' : row.source}
      </td>
      <td className={classes(tableStyles.outcomeOf, outcome[`out-${row.outcome.group}`])}>{row.outcome.word}</td>
      <td className={classes(tableStyles.took, text.toEnd)}>
        {isShow ? row.seq : row.latencyMs === null ? '' : `${Math.round(row.latencyMs)} ms`}
      </td>
      <td className={classes(tableStyles.detailOf, text.oneLine)} dir="auto" title={detail}>
        {detail}
      </td>
    </tr>
  );
});

function CueName({ row: { cue } }: { row: LogRow }) {
  if (cue === null) return null;
  if (cue.number === null) return cue.id;
  return (
    <>
      <b className={text.bright}>{cue.number}</b> {cue.text}
    </>
  );
}
