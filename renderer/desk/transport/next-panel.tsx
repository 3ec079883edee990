import { countdown } from '../../ui/format.ts';
import { Panel } from '../../ui/panel.tsx';
import { Plate } from '../../ui/plate.tsx';
import { Ring } from '../../ui/ring.tsx';
import { ActionButton, usePresses } from '../parts/action-button.tsx';
import { ariaChords, chordFor } from '../shortcuts/registry.ts';
import type { Moment } from '../store/moment.ts';
import { toneOf, wordOfMode } from '../words/mode-words.ts';
import { nextCue } from '../words/subjects.ts';
import { type GoView, goView } from './go-view.ts';
import './next-panel.css';

export function NextPanel({ moment }: { moment: Moment }) {
  const { show, nowMs, window } = moment;
  const next = nextCue(show, window.selected);
  const cue = next.kind === 'nothing' ? null : next.cue;
  const disarms =
    next.kind !== 'armed' || cue?.disarmsAtMs === undefined
      ? null
      : `disarms itself in ${countdown(cue.disarmsAtMs - nowMs)}`;
  return (
    <Panel
      name="Next"
      className={next.kind === 'armed' ? 'nextp nextp-armed' : 'nextp'}
      state={{ kind: 'fresh' }}
      head={
        <>
          <h2>Next</h2>
          {cue ? (
            <Plate tone={toneOf(cue.intake, show.show.mode)}>{wordOfMode(cue.intake, show.show.mode)}</Plate>
          ) : null}
        </>
      }
      age={disarms}
    >
      <div className="body">
        <GoButton view={goView(moment)} />
        <div className="grid3">
          <ActionButton id="arm" moment={moment} />
          <ActionButton id="disarm" moment={moment} />
          <ActionButton id="skip" moment={moment} />
        </div>
      </div>
    </Panel>
  );
}

const GO_KEY = chordFor('go');
const RECALL_KEY = chordFor('recall');

const CLASSES: Readonly<Record<GoView['kind'], string>> = {
  idle: 'idle',
  wait: 'wait',
  armed: 'armed',
  holding: 'wait hold',
  sent: 'sent',
  confirmed: 'conf',
  refused: 'refused',
  unknown: 'refused',
  'no-link': 'nolink',
};

/** Characters that fit at each size: two lines of the largest, three of the others. The question must be read, not guessed. */
const LARGE_UP_TO = 24;
const MIDDLE_UP_TO = 45;

function sizeOfTitle({ length }: string): string {
  if (length <= LARGE_UP_TO) return 't-large';
  return length <= MIDDLE_UP_TO ? 't-middle' : 't-small';
}

function GoButton({ view }: { view: GoView }) {
  const hold = view.kind === 'holding' || (view.kind === 'armed' && view.hold);
  const presses = usePresses('go', hold);
  const fires = view.kind === 'armed' || view.kind === 'holding';
  const rehearsal = view.kind === 'confirmed' && !view.onAir ? 'conf-rehearsal' : '';
  return (
    <button
      type="button"
      className={`go ${CLASSES[view.kind]} ${rehearsal}`}
      data-go={view.kind}
      aria-disabled={!fires}
      aria-label={`GO. ${view.head}: ${view.title}. ${view.note}`}
      aria-keyshortcuts={ariaChords('go')}
      {...presses}
    >
      <span className="face">
        <GoWord view={view} />
        <span className="say">
          <span className="k">
            <span className="ell">{view.head}</span>
            <kbd className="key">{view.kind === 'confirmed' ? RECALL_KEY : GO_KEY}</kbd>
          </span>
          <span className={`t ${sizeOfTitle(view.title)}`} dir="auto">
            {view.title}
          </span>
          <span className="n" dir="auto">
            {view.note}
          </span>
          {view.kind === 'wait' && view.share !== null ? (
            <span className="lanebar">
              <i style={{ width: `${(view.share * 100).toFixed(1)}%` }} />
            </span>
          ) : null}
        </span>
      </span>
    </button>
  );
}

function GoWord({ view }: { view: GoView }) {
  switch (view.kind) {
    case 'holding':
      return (
        <span className="word ringed">
          <Ring share={view.share} className="ring-hold" />
          <span className="hold-word">GO</span>
          <span className="hold-left">{view.left}</span>
        </span>
      );
    case 'sent':
      return (
        <span className="word two ringed">
          <Ring share={0.22} className="ring-sent" />
          <span>SENT</span>
        </span>
      );
    case 'confirmed':
      return (
        <span className="word two">
          {view.onAir ? (
            <>
              ON
              <br />
              AIR
            </>
          ) : (
            <span className="long">
              OPEN IN
              <br />
              REHEARSAL
            </span>
          )}
        </span>
      );
    case 'refused':
      return (
        <span className="word two">
          <span className="long">REFUSED</span>
        </span>
      );
    case 'unknown':
      return (
        <span className="word two">
          <span className="long">UNKNOWN</span>
        </span>
      );
    case 'no-link':
      return (
        <span className="word two">
          NO
          <br />
          LINK
        </span>
      );
    default:
      return <span className="word">GO</span>;
  }
}
