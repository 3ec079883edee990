/** One entry as a whole: who, what, what came of it, and both messages as they went over the wire. */

import { type ReactNode, type Ref, useState } from 'react';
import { classes } from '../../ui/classes.ts';
import { timeOfDay } from '../../ui/format.ts';
import panel from '../../ui/panel.module.css';
import textStyles from '../../ui/text.module.css';
import { useDesk } from '../context/desk-context.tsx';
import { copyText } from '../focus/copy-text.ts';
import { foundInShow, type LogTab } from '../store/log-window.ts';
import { quotedApart } from '../words/quoted-apart.ts';
import detailStyles from './log-detail.module.css';
import { asLine } from './log-export.ts';
import outcome from './log-outcome.module.css';
import { cueWords, type LogRow, UNJOURNALED } from './log-row.ts';

export interface LogDetailProps {
  row: LogRow | null;
  tab: LogTab;
  /** The filter leaves it out. */
  isOut: boolean;
  ref: Ref<HTMLElement>;
  onLeave: () => void;
}

export function LogDetail({ row, tab, isOut, ref, onLeave }: LogDetailProps) {
  return (
    <section
      ref={ref}
      className={detailStyles.entry}
      aria-label="Entry in full"
      tabIndex={-1}
      onKeyDown={(event) => {
        if (event.key === 'Escape') onLeave();
      }}
    >
      {row === null ? <NothingSelected /> : <Entry key={row.key} row={row} tab={tab} isOut={isOut} />}
    </section>
  );
}

function NothingSelected() {
  return (
    <div className={classes(panel.message, detailStyles.message)}>
      <b>No entry selected</b>
      <span>
        Select one to read the command as it was sent, and its answer. <kbd className={textStyles.key}>↑</kbd>{' '}
        <kbd className={textStyles.key}>↓</kbd> move, <kbd className={textStyles.key}>Enter</kbd> reads,{' '}
        <kbd className={textStyles.key}>/</kbd> searches.
      </span>
    </div>
  );
}

function Entry({ row, tab, isOut }: { row: LogRow; tab: LogTab; isOut: boolean }) {
  const { conflict } = row;
  const cue = cueWords(row);
  return (
    <>
      <header>
        <h3>
          {row.action}
          {cue === '' ? null : <bdi> {cue}</bdi>}
        </h3>
        <p>
          <span className={classes(detailStyles.outcome, outcome[`out-${row.outcome.group}`])}>{row.outcome.word}</span>
          {isOut ? (
            <span className={classes(textStyles.label, textStyles.warning)}>not among the lines shown</span>
          ) : null}
        </p>
        {row.message === null ? null : (
          <p className={detailStyles.why} dir="auto">
            {quotedApart(row.message)}
          </p>
        )}
      </header>
      <dl>
        <Fact name="When">
          {row.day} {row.time}
          <span className={textStyles.unit}>{String(row.atMs % 1000).padStart(3, '0')} ms</span>
        </Fact>
        <Fact name="Who">{row.by === 'server' ? 'The server, by itself' : row.who}</Fact>
        <Fact name={tab === 'show' ? 'From' : 'By'}>{row.source}</Fact>
        {row.said === '' ? null : <Fact name="Said">{row.said}</Fact>}
        {row.latencyMs === null ? null : (
          <Fact name="Latency">
            {row.latencyMs}
            <span className={textStyles.unit}>ms</span>
          </Fact>
        )}
        {row.code === null ? null : <Fact name="Code">{row.code}</Fact>}
        {conflict === null ? null : (
          <Fact name="Who won">
            <bdi>{conflict.who}</bdi> at {timeOfDay(conflict.atMs)}, from {conflict.source.replace(':', ' ')}
            <FindInShow id={conflict.commandId}>Show the command that won</FindInShow>
          </Fact>
        )}
        {row.answer?.status === 'refused' && row.answer.nextAllowedAtMs !== undefined ? (
          <Fact name="Next chance">{timeOfDay(row.answer.nextAllowedAtMs)}</Fact>
        ) : null}
        {row.marks.length === 0 ? null : (
          <Fact name="Marks">
            <span className={row.marks.includes(UNJOURNALED) ? textStyles.warning : undefined}>
              {row.marks.join(', ')}
            </span>
          </Fact>
        )}
        <Fact name="Type">{row.type}</Fact>
        <Fact name="Id">
          <span className={detailStyles.id}>{row.id}</span>
          {tab === 'desk' ? <FindInShow id={row.id}>Show it in the whole show</FindInShow> : null}
        </Fact>
      </dl>
      <Message name="Command, as sent" value={row.command} none="Not kept, or not for this desk to read." />
      <Message name="Answer" value={row.answer} none="There is none." />
      <div>
        <Copy what="the line" text={asLine(row)} />
      </div>
    </>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd dir="auto">{children}</dd>
    </div>
  );
}

function FindInShow({ id, children }: { id: string; children: ReactNode }) {
  const { window: win } = useDesk();
  return (
    <button
      type="button"
      className={detailStyles.link}
      onClick={() => win.setState(({ log }) => ({ log: foundInShow(log, id) }))}
    >
      {children}
    </button>
  );
}

function Message({ name, value, none }: { name: string; value: unknown; none: string }) {
  const text = value === null || value === undefined ? null : JSON.stringify(value, null, 2);
  return (
    <section className={detailStyles.json} aria-label={name}>
      <h4>
        {name}
        {text === null ? null : <Copy what={name.toLowerCase()} text={text} />}
      </h4>
      {text === null ? (
        <p className={textStyles.label}>{none}</p>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard
        <pre tabIndex={0}>{text}</pre>
      )}
    </section>
  );
}

function Copy({ what, text }: { what: string; text: string }) {
  const [said, setSaid] = useState<'Copy' | 'Copied' | 'Not copied'>('Copy');
  return (
    <button
      type="button"
      className={detailStyles.link}
      aria-label={`Copy ${what}`}
      onClick={() => setSaid(copyText(text) ? 'Copied' : 'Not copied')}
    >
      {said}
      {what === 'the line' && said === 'Copy' ? ' the line' : ''}
    </button>
  );
}
