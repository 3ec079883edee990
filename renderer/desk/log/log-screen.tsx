import { useRef } from 'react';
import { classes } from '../../ui/classes.ts';
import { ageInSeconds, grouped } from '../../ui/format.ts';
import { Panel, PanelLoading, PanelMessage, type PanelState } from '../../ui/panel.tsx';
import screen from '../../ui/screen.module.css';
import text from '../../ui/text.module.css';
import { useDesk, useDeskData, useWindowData } from '../context/desk-context.tsx';
import { filtered, NO_FILTER } from '../store/log-window.ts';
import detailStyles from './log-detail.module.css';
import { LogDetail } from './log-detail.tsx';
import { indexOf } from './log-place.ts';
import styles from './log-screen.module.css';
import { LogTable } from './log-table.tsx';
import tools from './log-tools.module.css';
import { LogTools } from './log-tools.tsx';
import { type ShownLog, useShownLog } from './use-log.ts';

export function LogScreen() {
  const log = useShownLog();
  const selected = useWindowData((data) => data.log.places[log.tab].selected);
  const detail = useRef<HTMLElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const { all, rows, tab } = log;
  const row = all[indexOf(all, selected)] ?? null;
  const toList = () => list.current?.querySelector<HTMLElement>('[data-list]')?.focus({ preventScroll: true });
  return (
    <main className={classes(screen.screen, styles.log)}>
      <h1 className={text.spoken}>Log</h1>
      <Panel name="Log" state={useLogState(log)} head={<Head log={log} />} age={<Counts log={log} />}>
        <LogTools log={log} onList={toList} />
        <div className={styles.both}>
          <div ref={list} className={styles.list}>
            <Body key={tab} log={log} onRead={() => detail.current?.focus()} />
          </div>
          <LogDetail ref={detail} row={row} tab={tab} isOut={row !== null && !rows.includes(row)} onLeave={toList} />
        </div>
      </Panel>
    </main>
  );
}

/** A log that lies with the core says since when it can't be reached; what has been read stays. */
function useLogState({ tab, reach, trouble }: ShownLog): PanelState {
  const { logs } = useDesk();
  const down = useDeskData(({ link, localNowMs }) =>
    link.kind === 'down' ? ageInSeconds(Math.floor((localNowMs - link.sinceMs) / 1_000) * 1_000) : null,
  );
  const needsLink = tab === 'show' || logs.deskNeedsLink;
  if (needsLink && down !== null) return { kind: 'no-link', since: down };
  if (trouble !== null) return { kind: 'error' };
  return reach === 'unread' ? { kind: 'loading' } : { kind: 'fresh' };
}

const TITLES = {
  desk: 'Every press at this desk, with its answer',
  show: 'What the core has carried out or refused, from all desks',
} as const;

function Head({ log: { tab, trouble, all, tryAgain } }: { log: ShownLog }) {
  const linkIsUp = useDeskData((data) => data.link.kind === 'up');
  return (
    <>
      <h2>Log</h2>
      {trouble !== null && all.length > 0 ? (
        <span className={classes(text.label, text.warning)}>
          Not read further: {trouble}{' '}
          {linkIsUp || tab === 'desk' ? (
            <button type="button" className={detailStyles.link} onClick={tryAgain}>
              Try again
            </button>
          ) : null}
        </span>
      ) : (
        <span className={classes(text.label, text.oneLine)}>{TITLES[tab]}</span>
      )}
    </>
  );
}

function Counts({ log: { all, rows, reach } }: { log: ShownLog }) {
  if (reach === 'unread') return '';
  const of = rows.length === all.length ? '' : ` of ${grouped(all.length)}`;
  const older = reach === 'part' ? ', reading older ones' : reach === 'bound' ? ', older ones are on the disk' : '';
  return (
    <span role="status">
      {grouped(rows.length)}
      {of} {rows.length === 1 && of === '' ? 'entry' : 'entries'}
      {older}
    </span>
  );
}

function Body({ log, onRead }: { log: ShownLog; onRead: () => void }) {
  const { window: win } = useDesk();
  const { tab, reach, trouble, all, rows, tryAgain } = log;
  if (all.length === 0 && trouble !== null) {
    return (
      <PanelMessage
        title="The log can’t be read"
        warn={true}
        act={
          <button type="button" className={tools.tool} onClick={tryAgain}>
            Try again
          </button>
        }
      >
        {trouble}
      </PanelMessage>
    );
  }
  if (reach === 'unread' && all.length === 0) return <PanelLoading lines={8} />;
  if (all.length === 0) {
    return (
      <PanelMessage title="No actions yet" warn={false}>
        {tab === 'desk'
          ? 'Every press at this desk is written here before it is sent, and its answer after.'
          : 'Every command of every desk is written here, with what the core answered.'}
      </PanelMessage>
    );
  }
  if (rows.length === 0) {
    return (
      <PanelMessage
        title="Nothing matches"
        warn={false}
        act={
          <button
            type="button"
            className={tools.tool}
            onClick={() => win.setState((data) => ({ log: filtered(data.log, NO_FILTER) }))}
          >
            Show {all.length === 1 ? 'the only entry' : `all ${grouped(all.length)} entries`}
          </button>
        }
      >
        {reach === 'part' ? 'Older entries are still being read.' : 'No entry has all of what is asked for.'}
      </PanelMessage>
    );
  }
  return <LogTable tab={tab} rows={rows} onRead={onRead} />;
}
