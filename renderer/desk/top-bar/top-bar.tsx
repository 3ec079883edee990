import type { ReactNode } from 'react';
import { classes } from '../../ui/classes.ts';
import text from '../../ui/text.module.css';
import { actionView, pressOf } from '../actions/action-view.ts';
import { useDesk, useDeskData, useView } from '../context/desk-context.tsx';
import { useHost } from '../context/host-state.ts';
import type { Moment } from '../store/moment.ts';
import styles from './top-bar.module.css';
import { linkView, otherServer, type TopBarView, topBarView } from './top-bar-view.ts';

const isStale = ({ link }: Moment): boolean => link.kind !== 'up';
const mayTakeControl = (moment: Moment): boolean => pressOf(actionView('control', moment)) !== null;

/** Always there, always in this order; every cell keeps its width. */
export function TopBar() {
  const view = useView(200, topBarView);
  const stale = useView(200, isStale) ?? false;
  return (
    <header className={styles.bar}>
      <ModeCell mode={view?.mode ?? null} />
      <Cell name="clock" label={view ? <ClockLabel view={view} /> : 'Tallyroom'}>
        <span className={styles.row}>
          <span className={classes(styles.value, styles.large)}>{view?.clock ?? '--:--:--'}</span>
          <span className={classes(styles.value, styles.offPlan)}>
            {view?.off ? (
              <>
                <span className={view.off.word === 'over' ? classes(text.warning, styles.warning) : undefined}>
                  {view.off.text}
                </span>
                <span
                  className={classes(
                    text.unit,
                    view.off.word === 'over' ? classes(text.warning, styles.warning) : undefined,
                  )}
                >
                  {view.off.word}
                </span>
              </>
            ) : null}
          </span>
        </span>
      </Cell>
      <AirCell view={view} />
      <Cell name="online" label="Audience online" stale={stale}>
        <span className={styles.value}>
          {view?.online ?? '–'}
          <span className={text.unit}>{view?.online === '1' ? 'viewer' : 'viewers'}</span>
        </span>
      </Cell>
      <Cell
        name="queue"
        label={
          <>
            Queue <span className={text.roomy}>{view?.queue.head ? `· ${view.queue.head}` : ''}</span>
          </>
        }
        stale={stale}
      >
        <span className={styles.value}>
          {view?.queue.depth ?? '–'}
          <span className={text.unit}>{view?.queue.depth === '1' ? 'ballot' : 'ballots'}</span>
        </span>
      </Cell>
      <LinkCell />
      <Cell
        name="level"
        label={
          <>
            Degradation <span className={text.roomy}>{view?.level.why ? `· ${view.level.why}` : ''}</span>
          </>
        }
        stale={stale}
      >
        <span className={styles.row}>
          <span
            className={classes(
              styles.value,
              view && view.level.number > 0 ? classes(text.warning, styles.warning) : undefined,
            )}
          >
            {view ? `${view.level.number} ${view.level.name}` : '–'}
          </span>
          <span className={styles.pips} aria-hidden="true">
            {[1, 2, 3, 4, 5].map((pip) => (
              <i key={pip} className={view && view.level.number >= pip ? styles.pipOn : undefined} />
            ))}
          </span>
        </span>
      </Cell>
      <ControlCell view={view} />
    </header>
  );
}

function Cell({
  name,
  label,
  stale,
  children,
}: {
  name: 'clock' | 'online' | 'queue' | 'level' | 'link';
  label: ReactNode;
  stale?: boolean;
  children: ReactNode;
}) {
  return (
    <div className={classes(styles[name], stale ? styles.old : undefined)} data-cell={name}>
      <span className={classes(text.label, styles.label)}>{label}</span>
      {children}
    </div>
  );
}

function ClockLabel({ view }: { view: TopBarView }) {
  return (
    <>
      <bdi>{view.title}</bdi>
      <span className={text.roomy}>{view.sinceStart === null ? '' : ` · ${view.sinceStart}`}</span>
    </>
  );
}

function ModeCell({ mode }: { mode: 'live' | 'rehearsal' | null }) {
  const { window: win } = useDesk();
  const name = mode === null ? 'Mode unknown' : `Mode ${mode}. Change it`;
  return (
    <div className={styles.mode}>
      <button
        type="button"
        className={classes(styles.modePlate, styles[`mode-${mode ?? 'unknown'}`])}
        aria-label={name}
        onClick={() => win.setState({ question: { kind: 'mode' } })}
      >
        <b>{mode ?? '…'}</b>
      </button>
    </div>
  );
}

/** Characters of a question that the larger size has room for. */
const ROOMY = 32;

function AirCell({ view }: { view: TopBarView | null }) {
  const air = view?.air ?? { kind: 'nothing' as const };
  if (air.kind === 'nothing') {
    return (
      <div className={classes(styles.air, styles['air-nothing'])} data-cell="air">
        <span className={styles.airWhat}>
          <span className={classes(styles.value, styles.idle)}>Nothing on air</span>
        </span>
      </div>
    );
  }
  return (
    <div className={classes(styles.air, styles[`air-${air.kind}`])} data-cell="air">
      <span className={styles.airTag}>{air.tag}</span>
      <span className={styles.airWhat}>
        <span className={classes(text.label, styles.label, text.oneLine)}>
          {air.cue} <span className={text.roomy}>· {air.detail}</span>
        </span>
        <span
          className={
            air.text.length > ROOMY
              ? classes(styles.value, styles.long, text.oneLine)
              : classes(styles.value, text.oneLine)
          }
          dir="auto"
          title={air.text}
        >
          {air.text}
        </span>
      </span>
      <span className={styles.left}>
        {air.left}
        <span className={text.unit}>{air.unit}</span>
      </span>
    </div>
  );
}

function LinkCell() {
  const localNowMs = useDeskData((data) => data.localNowMs);
  const link = useDeskData((data) => data.link);
  const rttMs = useDeskData((data) => data.clock.rttMs);
  const heardAtMs = useDeskData((data) => data.vitals?.receivedAtMs ?? null);
  const linkedUrl = useDeskData(({ session }) => (session.kind === 'open' ? session.deskUrl : null));
  const host = useHost();
  const other = host.kind === 'app' ? otherServer(linkedUrl, host.state.server) : null;
  const view = linkView(link, { rttMs, heardAgoMs: heardAtMs === null ? null : localNowMs - heardAtMs, localNowMs });
  return (
    <Cell
      name="link"
      label={
        other === null ? (
          <>
            Link <span className={text.roomy}>{view.seen === '' ? '' : `· ${view.seen}`}</span>
          </>
        ) : (
          <RemoteName host={new URL(other).host} />
        )
      }
    >
      {view.kind === 'up' ? (
        <span className={styles.value}>
          {view.ms}
          <span className={text.unit}>ms</span>
        </span>
      ) : (
        <span className={classes(styles.value, text.warning, styles.warning)} role="status">
          {view.word}
        </span>
      )}
    </Cell>
  );
}

/** Which server this desk talks to, where it is not this machine's own. */
function RemoteName({ host }: { host: string }) {
  const port = host.lastIndexOf(':');
  return (
    <span className={styles.remote} title={`Connected to another machine's server: ${host}`}>
      {host.slice(0, port)}
      <span className={text.roomy}>{host.slice(port)}</span>
    </span>
  );
}

function ControlCell({ view }: { view: TopBarView | null }) {
  const { runner } = useDesk();
  const control = view?.control ?? null;
  const pressable = useView(1_000, mayTakeControl) ?? false;
  const whose = control === null ? 'nobody yet' : control.mine ? 'this desk' : 'press to take';
  return (
    <button
      type="button"
      className={styles.control}
      aria-disabled={!pressable}
      aria-label={`In control: ${control?.name ?? 'nobody'}. Press to take control`}
      onClick={() => runner.press('control', 'button')}
    >
      <span className={classes(text.label, styles.label)}>In control</span>
      <span className={classes(styles.value, text.oneLine)}>
        <bdi>{control?.name ?? '–'}</bdi>
        <span className={classes(text.unit, text.roomy)}>{whose}</span>
      </span>
    </button>
  );
}
