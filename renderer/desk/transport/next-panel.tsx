import { classes } from '../../ui/classes.ts';
import { countdown } from '../../ui/format.ts';
import panel from '../../ui/panel.module.css';
import { Panel } from '../../ui/panel.tsx';
import { Plate } from '../../ui/plate.tsx';
import ring from '../../ui/ring.module.css';
import { Ring } from '../../ui/ring.tsx';
import text from '../../ui/text.module.css';
import { actionView } from '../actions/action-view.ts';
import { useMomentFor } from '../context/desk-context.tsx';
import { ActionButton, usePresses } from '../parts/action-button.tsx';
import { ariaChords, chordFor } from '../shortcuts/registry.ts';
import type { Moment } from '../store/moment.ts';
import { toneOf, wordOfMode } from '../words/mode-words.ts';
import { nextCue } from '../words/subjects.ts';
import go from './go-button.module.css';
import { type GoView, goView } from './go-view.ts';
import styles from './next-panel.module.css';
import transport from './transport.module.css';

const ACTS = ['arm', 'disarm', 'skip'] as const;

/** All that is drawn: what stands next and when it disarms itself, GO, and the acts below it. */
const drawnOf = (moment: Moment) => [headOf(moment), goView(moment), ...ACTS.map((id) => actionView(id, moment))];

function headOf({ show, nowMs, window }: Moment) {
  const next = nextCue(show, window.selected);
  const cue = next.kind === 'nothing' ? null : next.cue;
  const disarms =
    next.kind !== 'armed' || cue?.disarmsAtMs === undefined
      ? null
      : `disarms itself in ${countdown(cue.disarmsAtMs - nowMs)}`;
  return {
    armed: next.kind === 'armed',
    plate:
      cue === null ? null : { tone: toneOf(cue.intake, show.show.mode), word: wordOfMode(cue.intake, show.show.mode) },
    disarms,
  };
}

export function NextPanel() {
  const moment = useMomentFor(100, drawnOf);
  if (moment === null) return null;
  const { armed, plate, disarms } = headOf(moment);
  return (
    <Panel
      name="Next"
      className={armed ? classes(styles.next, styles.nextArmed) : styles.next}
      state={{ kind: 'fresh' }}
      head={
        <>
          <h2>Next</h2>
          {plate ? <Plate tone={plate.tone}>{plate.word}</Plate> : null}
        </>
      }
      age={disarms}
    >
      <div className={classes(panel.body, styles.body)}>
        <GoButton view={goView(moment)} />
        <div className={classes(transport.three, styles.acts)}>
          {ACTS.map((id) => (
            <ActionButton key={id} id={id} moment={moment} />
          ))}
        </div>
      </div>
    </Panel>
  );
}

const GO_KEY = chordFor('go');
const RECALL_KEY = chordFor('recall');

const CLASSES: Readonly<Record<GoView['kind'], string | undefined>> = {
  idle: go.idle,
  wait: go.wait,
  armed: go.armed,
  holding: go.wait,
  sent: go.sent,
  confirmed: go.confirmed,
  refused: go.refused,
  unknown: go.refused,
  'no-link': go.noLink,
};

/** Characters that fit at each size: two lines of the largest, three of the others. The question must be read, not guessed. */
const LARGE_UP_TO = 24;
const MIDDLE_UP_TO = 45;

function sizeOfTitle({ length }: string): string | undefined {
  if (length <= LARGE_UP_TO) return go.titleLarge;
  return length <= MIDDLE_UP_TO ? go.titleMiddle : go.titleSmall;
}

function GoButton({ view }: { view: GoView }) {
  const hold = view.kind === 'holding' || (view.kind === 'armed' && view.hold);
  const presses = usePresses('go', hold);
  const fires = view.kind === 'armed' || view.kind === 'holding';
  const rehearsal = view.kind === 'confirmed' && !view.onAir ? go.inRehearsal : undefined;
  return (
    <button
      type="button"
      className={classes(go.go, CLASSES[view.kind], rehearsal)}
      data-go={view.kind}
      aria-disabled={!fires}
      aria-label={`GO. ${view.head}: ${view.title}. ${view.note}`}
      aria-keyshortcuts={ariaChords('go')}
      {...presses}
    >
      <span className={go.face}>
        <GoWord view={view} />
        <span className={go.says}>
          <span className={go.head}>
            <span className={text.oneLine}>{view.head}</span>
            <kbd className={text.key}>{view.kind === 'confirmed' ? RECALL_KEY : GO_KEY}</kbd>
          </span>
          <span className={classes(go.title, sizeOfTitle(view.title))} dir="auto">
            {view.title}
          </span>
          <span className={go.note} dir="auto">
            {view.note}
          </span>
          {view.kind === 'wait' && view.share !== null ? (
            <span className={go.waitBar}>
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
        <span className={classes(go.word, go.ringed)}>
          <Ring share={view.share} look="hold" />
          <span className={ring.holdWord}>GO</span>
          <span className={ring.holdLeft}>{view.left}</span>
        </span>
      );
    case 'sent':
      return (
        <span className={classes(go.word, go.twoLines, go.ringed)}>
          <Ring share={0.22} look="sent" />
          <span>SENT</span>
        </span>
      );
    case 'confirmed':
      return (
        <span className={classes(go.word, go.twoLines)}>
          {view.onAir ? (
            <>
              ON
              <br />
              AIR
            </>
          ) : (
            <span className={go.longWord}>
              OPEN IN
              <br />
              REHEARSAL
            </span>
          )}
        </span>
      );
    case 'refused':
      return (
        <span className={classes(go.word, go.twoLines)}>
          <span className={go.longWord}>REFUSED</span>
        </span>
      );
    case 'unknown':
      return (
        <span className={classes(go.word, go.twoLines)}>
          <span className={go.longWord}>UNKNOWN</span>
        </span>
      );
    case 'no-link':
      return (
        <span className={classes(go.word, go.twoLines)}>
          NO
          <br />
          LINK
        </span>
      );
    default:
      return <span className={go.word}>GO</span>;
  }
}
