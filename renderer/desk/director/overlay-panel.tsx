import { Panel, PanelLoading } from '../../ui/panel.tsx';
import { Plate } from '../../ui/plate.tsx';
import { ActionButton } from '../parts/action-button.tsx';
import { ageWords, vitalsPanel } from '../parts/panel-state.ts';
import { chordFor } from '../shortcuts/registry.ts';
import './overlay-panel.css';
import { type OverlayView, overlayView, type Preview } from './overlay-view.ts';
import { useWatched } from './use-director.ts';

export function OverlayPanel() {
  const { moment, cue } = useWatched();
  const state = vitalsPanel(moment);
  if (moment === null) {
    return (
      <Panel name="Overlay" className="dov" state={state} head={<h2>Overlay</h2>} age="">
        <PanelLoading lines={4} />
      </Panel>
    );
  }
  const view = overlayView(moment, cue);
  return (
    <Panel
      name="Overlay"
      className="dov"
      state={state.kind === 'loading' ? { kind: 'fresh' } : state}
      head={
        <>
          {view.shown === null ? null : <Plate tone="plain">Taken</Plate>}
          <h2>Overlay</h2>
          <span className="lab ell">{view.head}</span>
        </>
      }
      age={ageWords(moment)}
    >
      <div className="body">
        <div className="dov-top">
          <Picture shown={view.shown} />
          <Surfaces view={view} />
        </div>
        <Steps view={view} />
        <div className="dov-acts">
          <ActionButton id="take" moment={moment}>
            <Key id="take" />
          </ActionButton>
          <ActionButton id="hide-overlay" moment={moment}>
            <Key id="hide-overlay" />
          </ActionButton>
        </div>
        <p className="lab dov-quiet">
          No overlay output is connected yet: what is taken is remembered, nothing is in the picture.
        </p>
      </div>
    </Panel>
  );
}

function Key({ id }: { id: 'take' | 'hide-overlay' }) {
  const chord = chordFor(id);
  return chord === null ? null : <kbd className="key">{chord}</kbd>;
}

/** What the overlay was told to show, over an empty picture. */
function Picture({ shown }: { shown: OverlayView['shown'] }) {
  if (shown === null) {
    return (
      <div className="dov-pic" role="img" aria-label="Preview of the overlay: nothing was taken">
        <span className="lab">nothing taken</span>
      </div>
    );
  }
  const { preview } = shown;
  return (
    <div className="dov-pic dov-on" role="img" aria-label={`Preview of the overlay: ${sentenceOf(preview)}`}>
      <div className="dov-plate">
        <div className="dov-line">
          <b dir="auto">{preview.question}</b>
          {preview.time === null ? null : <em>{preview.time}</em>}
        </div>
        {preview.bars.map((bar) => (
          <div key={bar.text} className="dov-bar">
            <i style={{ width: `${Math.round(bar.share * 100)}%` }} />
            <span className="ell" dir="auto">
              {bar.text}
            </span>
            <span>{bar.words}</span>
          </div>
        ))}
        {preview.votes === null ? null : <div className="dov-votes">{preview.votes}</div>}
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
    <dl className="dov-sees">
      {view.surfaces.map(({ name, value }) => (
        <div key={name}>
          <dt className="lab">{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function Steps({ view }: { view: OverlayView }) {
  return (
    <ol className="dov-steps" aria-label="What TAKE waits for">
      {view.steps.map(({ name, words, state }, i) => (
        <li key={name} className={`dov-${state}`} aria-current={state === 'next' ? 'step' : undefined}>
          <span className="lab">
            {i + 1} {name}
          </span>
          <b className="ell">
            {words}
            <span className="said">{state === 'done' ? ', done' : state === 'next' ? ', waited for now' : ''}</span>
          </b>
        </li>
      ))}
    </ol>
  );
}
