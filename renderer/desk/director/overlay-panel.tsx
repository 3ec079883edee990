import { classes } from '../../ui/classes.ts';
import panel from '../../ui/panel.module.css';
import { Panel, PanelLoading } from '../../ui/panel.tsx';
import { Plate } from '../../ui/plate.tsx';
import text from '../../ui/text.module.css';
import { actionView } from '../actions/action-view.ts';
import { useMomentFor } from '../context/desk-context.tsx';
import { ActionButton } from '../parts/action-button.tsx';
import { vitalsPanel } from '../parts/panel-state.ts';
import { VitalsAge } from '../parts/vitals-age.tsx';
import { chordFor } from '../shortcuts/registry.ts';
import type { Moment } from '../store/moment.ts';
import { watchedPoll } from '../words/director-subject.ts';
import styles from './overlay-panel.module.css';
import { type OverlayView, overlayView, type Preview } from './overlay-view.ts';

const viewOf = (moment: Moment) => overlayView(moment, watchedPoll(moment.show, moment.window.watched));
const drawnOf = (moment: Moment) => [
  vitalsPanel(moment),
  viewOf(moment),
  actionView('take', moment),
  actionView('hide-overlay', moment),
];

export function OverlayPanel() {
  const moment = useMomentFor(1_000, drawnOf);
  const state = vitalsPanel(moment);
  if (moment === null) {
    return (
      <Panel name="Overlay" className={styles.overlay} state={state} head={<h2>Overlay</h2>} age="">
        <PanelLoading lines={4} />
      </Panel>
    );
  }
  const view = viewOf(moment);
  return (
    <Panel
      name="Overlay"
      className={styles.overlay}
      state={state.kind === 'loading' ? { kind: 'fresh' } : state}
      head={
        <>
          {view.shown === null ? null : <Plate tone="plain">Taken</Plate>}
          <h2>Overlay</h2>
          <span className={classes(text.label, styles.label, text.oneLine)}>{view.head}</span>
        </>
      }
      age={<VitalsAge />}
    >
      <div className={classes(panel.body, styles.body)}>
        <div className={styles.top}>
          <Picture shown={view.shown} />
          <Surfaces view={view} />
        </div>
        <Steps view={view} />
        <div className={styles.acts}>
          <ActionButton id="take" moment={moment}>
            <Key id="take" />
          </ActionButton>
          <ActionButton id="hide-overlay" moment={moment}>
            <Key id="hide-overlay" />
          </ActionButton>
        </div>
        <p className={classes(text.label, styles.label, styles.quiet)}>
          No overlay output is connected yet: what is taken is remembered, nothing is in the picture.
        </p>
      </div>
    </Panel>
  );
}

function Key({ id }: { id: 'take' | 'hide-overlay' }) {
  const chord = chordFor(id);
  return chord === null ? null : <kbd className={text.key}>{chord}</kbd>;
}

/** What the overlay was told to show, over an empty picture. */
function Picture({ shown }: { shown: OverlayView['shown'] }) {
  if (shown === null) {
    return (
      <div className={styles.picture} role="img" aria-label="Preview of the overlay: nothing was taken">
        <span className={classes(text.label, styles.label)}>nothing taken</span>
      </div>
    );
  }
  const { preview } = shown;
  return (
    <div
      className={classes(styles.picture, styles.taken)}
      role="img"
      aria-label={`Preview of the overlay: ${sentenceOf(preview)}`}
    >
      <div className={styles.plate}>
        <div className={styles.line}>
          <b dir="auto">{preview.question}</b>
          {preview.time === null ? null : <em>{preview.time}</em>}
        </div>
        {preview.bars.map((bar) => (
          <div key={bar.text} className={styles.bar}>
            <i style={{ width: `${Math.round(bar.share * 100)}%` }} />
            <span className={text.oneLine} dir="auto">
              {bar.text}
            </span>
            <span>{bar.words}</span>
          </div>
        ))}
        {preview.votes === null ? null : <div className={styles.votes}>{preview.votes}</div>}
      </div>
    </div>
  );
}

function sentenceOf({ question, time, votes, bars }: Preview): string {
  const parts = [
    question,
    ...(time === null ? [] : [`${time} left`]),
    ...bars.map(({ text, words }) => `${text} ${words}`),
    ...(votes === null ? [] : [votes]),
  ];
  return parts.join(', ');
}

function Surfaces({ view }: { view: OverlayView }) {
  return (
    <dl className={styles.sees}>
      {view.surfaces.map(({ name, value }) => (
        <div key={name}>
          <dt className={classes(text.label, styles.label)}>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function Steps({ view }: { view: OverlayView }) {
  return (
    <ol className={styles.steps} aria-label="What TAKE waits for">
      {view.steps.map(({ name, words, state }, i) => (
        <li key={name} className={styles[`step-${state}`]} aria-current={state === 'next' ? 'step' : undefined}>
          <span className={classes(text.label, styles.label)}>
            {i + 1} {name}
          </span>
          <b className={text.oneLine}>
            {words}
            <span className={text.spoken}>
              {state === 'done' ? ', done' : state === 'next' ? ', waited for now' : ''}
            </span>
          </b>
        </li>
      ))}
    </ol>
  );
}
