import type { ReactNode } from 'react';
import { actionView, pressOf } from '../actions/action-view.ts';
import { useDesk, useDeskData, useMoment } from '../context/desk-context.tsx';
import { useRemoteHost } from '../context/host-state.ts';
import './top-bar.css';
import { linkView, type TopBarView, topBarView } from './top-bar-view.ts';

/** Always there, always in this order; every cell keeps its width. */
export function TopBar() {
  const moment = useMoment(200);
  const view = moment ? topBarView(moment) : null;
  const stale = moment !== null && moment.link.kind !== 'up';
  return (
    <header className="bar">
      <ModeCell mode={view?.mode ?? null} />
      <Cell className="cell-clock" label={view ? <ClockLabel view={view} /> : 'Tallyroom'}>
        <span className="row">
          <span className="v big">{view?.clock ?? '--:--:--'}</span>
          <span className="v off">
            {view?.off ? (
              <>
                <span className={view.off.word === 'over' ? 'warn' : 'under'}>{view.off.text}</span>
                <span className={`u ${view.off.word === 'over' ? 'warn' : ''}`}>{view.off.word}</span>
              </>
            ) : null}
          </span>
        </span>
      </Cell>
      <AirCell view={view} />
      <Cell className="cell-online" label="Audience online" stale={stale}>
        <span className="v">
          {view?.online ?? '–'}
          <span className="u">{view?.online === '1' ? 'viewer' : 'viewers'}</span>
        </span>
      </Cell>
      <Cell
        className="cell-queue"
        label={
          <>
            Queue <span className="wide-only">{view?.queue.head ? `· ${view.queue.head}` : ''}</span>
          </>
        }
        stale={stale}
      >
        <span className="v">
          {view?.queue.depth ?? '–'}
          <span className="u">{view?.queue.depth === '1' ? 'ballot' : 'ballots'}</span>
        </span>
      </Cell>
      <LinkCell />
      <Cell
        className="cell-level"
        label={
          <>
            Degradation <span className="wide-only">{view?.level.why ? `· ${view.level.why}` : ''}</span>
          </>
        }
        stale={stale}
      >
        <span className="row">
          <span className={`v ${view && view.level.number > 0 ? 'warn' : ''}`}>
            {view ? `${view.level.number} ${view.level.name}` : '–'}
          </span>
          <span className="pips" aria-hidden="true">
            {[1, 2, 3, 4, 5].map((pip) => (
              <i key={pip} className={view && view.level.number >= pip ? 'on' : ''} />
            ))}
          </span>
        </span>
      </Cell>
      <ControlCell view={view} />
    </header>
  );
}

function Cell({
  className,
  label,
  stale,
  children,
}: {
  className: string;
  label: ReactNode;
  stale?: boolean;
  children: ReactNode;
}) {
  return (
    <div className={`${className}${stale ? ' old' : ''}`}>
      <span className="lab">{label}</span>
      {children}
    </div>
  );
}

function ClockLabel({ view }: { view: TopBarView }) {
  return (
    <>
      <bdi>{view.title}</bdi>
      <span className="wide-only">{view.sinceStart === null ? '' : ` · ${view.sinceStart}`}</span>
    </>
  );
}

function ModeCell({ mode }: { mode: 'live' | 'rehearsal' | null }) {
  const { window: win } = useDesk();
  const name = mode === null ? 'Mode unknown' : `Mode ${mode}. Change it`;
  return (
    <div className="mode">
      <button
        type="button"
        className={`mode-plate mode-${mode ?? 'unknown'}`}
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
      <div className="airbox airbox-nothing">
        <span className="what">
          <span className="v idle">Nothing on air</span>
        </span>
      </div>
    );
  }
  return (
    <div className={`airbox airbox-${air.kind}`}>
      <span className="tag">{air.tag}</span>
      <span className="what">
        <span className="lab ell">
          {air.cue} <span className="wide-only">· {air.detail}</span>
        </span>
        <span className={air.text.length > ROOMY ? 'v long ell' : 'v ell'} dir="auto" title={air.text}>
          {air.text}
        </span>
      </span>
      <span className="left">
        {air.left}
        <span className="u">{air.unit}</span>
      </span>
    </div>
  );
}

function LinkCell() {
  const localNowMs = useDeskData((data) => data.localNowMs);
  const link = useDeskData((data) => data.link);
  const rttMs = useDeskData((data) => data.clock.rttMs);
  const heardAtMs = useDeskData((data) => data.vitals?.receivedAtMs ?? null);
  const remote = useRemoteHost();
  const view = linkView(link, { rttMs, heardAgoMs: heardAtMs === null ? null : localNowMs - heardAtMs, localNowMs });
  return (
    <Cell
      className="cell-link"
      label={
        remote === null ? (
          <>
            Link <span className="wide-only">{view.seen === '' ? '' : `· ${view.seen}`}</span>
          </>
        ) : (
          <RemoteName host={remote} />
        )
      }
    >
      {view.kind === 'up' ? (
        <span className="v">
          {view.ms}
          <span className="u">ms</span>
        </span>
      ) : (
        <span className="v warn" role="status">
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
    <span className="remote" title={`Connected to another machine's server: ${host}`}>
      {host.slice(0, port)}
      <span className="wide-only">{host.slice(port)}</span>
    </span>
  );
}

function ControlCell({ view }: { view: TopBarView | null }) {
  const { runner } = useDesk();
  const moment = useMoment(1_000);
  const control = view?.control ?? null;
  const action = moment ? actionView('control', moment) : null;
  const pressable = action !== null && pressOf(action) !== null;
  const whose = control === null ? 'nobody yet' : control.mine ? 'this desk' : 'press to take';
  return (
    <button
      type="button"
      className="cell-control"
      aria-disabled={!pressable}
      aria-label={`In control: ${control?.actor ?? 'nobody'}. Press to take control`}
      onClick={() => runner.press('control', 'button')}
    >
      <span className="lab">In control</span>
      <span className="v ell">
        <bdi>{control?.actor ?? '–'}</bdi>
        <span className="u wide-only">{whose}</span>
      </span>
    </button>
  );
}
