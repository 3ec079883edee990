import { Check, TriangleAlert } from 'lucide-react';
import type { CSSProperties } from 'react';
import { ageInSeconds } from '../../ui/format.ts';
import { Panel, PanelMessage } from '../../ui/panel.tsx';
import { Plate } from '../../ui/plate.tsx';
import { useDesk, useMoment } from '../context/desk-context.tsx';
import { ConcentratedLine } from '../networks/concentrated-line.tsx';
import { STALE_AFTER_MS } from '../store/link-state.ts';
import type { Moment } from '../store/moment.ts';
import './cue-in-focus.css';
import { type PreflightView, preflightView } from '../words/preflight-view.ts';
import { type FocusOption, type FocusView, focusView } from './focus-view.ts';
import { PhonePreview } from './phone-preview.tsx';

/** Characters: from here on it takes a second line, and then a smaller one. */
const LONG_QUESTION = 36;

export function CueInFocus() {
  const moment = useMoment(1_000);
  const view = moment ? focusView(moment) : null;
  if (!view || !moment) {
    return (
      <Panel name="Cue in focus" className="focus" state={{ kind: 'fresh' }} head={<h2>Cue</h2>} age={null}>
        <PanelMessage title={moment ? 'No cue in focus' : 'The show is loading'} warn={false}>
          {moment ? 'The rundown is empty.' : 'It comes with the first contact with the core.'}
        </PanelMessage>
      </Panel>
    );
  }
  const old = moment.vitalsAgeMs !== null && moment.vitalsAgeMs > STALE_AFTER_MS;
  return (
    <Panel
      name="Cue in focus"
      className="focus"
      state={{ kind: 'fresh' }}
      head={<FocusHead view={view} />}
      age={<FocusMenu view={view} />}
    >
      <div className="body">
        <div className="q">
          <h3 className={view.text.length > LONG_QUESTION ? 'long' : ''} dir="auto">
            {view.text}
          </h3>
          <dl className="spec">
            {view.spec.map(({ name, value, wideOnly }) => (
              <div key={name} className={wideOnly ? 'wide-only' : ''}>
                <dt className="lab">{name}</dt>
                <dd>{value}</dd>
              </div>
            ))}
          </dl>
        </div>
        <div className="secs">
          <Options view={view} />
          <Surfaces view={view} moment={moment} />
          <Preflight
            view={preflightView(moment.vitals)}
            oldMs={old ? moment.vitalsAgeMs : null}
            missing={view.missing}
          />
        </div>
        <PhonePreview phone={view.phone} kind={view.cue.kind} />
      </div>
    </Panel>
  );
}

function FocusHead({ view }: { view: FocusView }) {
  return (
    <>
      <h2>Cue {view.number}</h2>
      <Plate tone={view.plate.tone}>{view.plate.word}</Plate>
      {view.frozen === null ? null : <span className="lab">{view.frozen}</span>}
      {view.cue.round > 1 ? <span className="lab">round {view.cue.round}</span> : null}
    </>
  );
}

function FocusMenu({ view }: { view: FocusView }) {
  const { window: win } = useDesk();
  return (
    <span className="focus-menu">
      <span className="wide-only">{view.kind}</span>
      <button
        type="button"
        className="btn btn-plain"
        aria-label={`More acts for cue ${view.number}: rerun, void, revoke, archive, answer`}
        onClick={() => win.setState({ question: { kind: 'more', cueId: view.cue.id }, selected: view.cue.id })}
      >
        <b>More…</b>
      </button>
    </span>
  );
}

function Options({ view }: { view: FocusView }) {
  return (
    <div className="sec sec-rows" style={rowsStyle(optionRowsOf(view.options.length))}>
      <div className="caps">
        Options <span className="wide-only">{view.options.length > 0 ? 'length against overlay' : ''}</span>
      </div>
      {view.options.length === 0 ? <p className="none ell">{view.noOptions}</p> : null}
      <ul className={view.options.length > ONE_COLUMN ? 'opts opts-two' : 'opts'}>
        {view.options.map((option) => (
          <OptionLine key={option.id} option={option} />
        ))}
      </ul>
    </div>
  );
}

/** Beyond six they stand in two columns. */
const ONE_COLUMN = 6;
const optionRowsOf = (count: number): number => (count > ONE_COLUMN ? Math.ceil(count / 2) : count);

/** The rows of a section share the height that there is: roomy while they are few, dense before anything scrolls. */
function rowsStyle(rows: number): CSSProperties & { '--rows': number } {
  return { '--rows': rows };
}

function OptionLine({ option }: { option: FocusOption }) {
  return (
    <li className="opt">
      <span className="l">{option.letter}</span>
      <b className="ell" dir="auto" title={option.text}>
        {option.text}
      </b>
      {option.right ? (
        <span className="right">
          <Check size={14} aria-hidden="true" /> right
        </span>
      ) : null}
      <span className={`lab ${option.long ? 'warn' : ''}`}>{option.length}</span>
    </li>
  );
}

function Surfaces({ view, moment }: { view: FocusView; moment: Moment }) {
  const { window: win } = useDesk();
  return (
    <div className="sec">
      <div className="caps">
        Results are shown to
        <button
          type="button"
          className="link"
          onClick={() => win.setState({ question: { kind: 'surfaces', cueId: view.cue.id } })}
        >
          change…
        </button>
      </div>
      <dl className="vis">
        {view.surfaces.map(({ name, visibility, onAir, seen }) => (
          <div key={name}>
            <dt className="lab">{name}</dt>
            <dd className={onAir ? 'shown' : ''}>
              {visibility}
              {seen && !onAir ? <span className="u">seen</span> : null}
            </dd>
          </div>
        ))}
      </dl>
      <ConcentratedLine cue={view.cue} moment={moment} />
    </div>
  );
}

function Preflight({
  view,
  oldMs,
  missing,
}: {
  view: PreflightView | null;
  oldMs: number | null;
  missing: string | null;
}) {
  const rows = (view?.rows.length ?? 1) + (missing === null ? 0 : 1);
  return (
    <div className="sec sec-rows" style={rowsStyle(rows)}>
      <div className="caps">
        Pre-flight
        <span className={oldMs === null ? '' : 'warn'}>
          {oldMs === null ? (view?.at ?? '') : `stale, ${ageInSeconds(oldMs)} old`}
        </span>
      </div>
      <ul className={`pre ${oldMs === null ? '' : 'pre-old'}`}>
        {missing === null ? null : <PreflightLine name="Text" state="warn" text={missing} />}
        {view === null ? <li className="none">Nothing heard from the core yet</li> : null}
        {view?.rows.map((row) => (
          <PreflightLine key={row.name} {...row} />
        ))}
      </ul>
    </div>
  );
}

function PreflightLine({ name, state, text }: { name: string; state: 'ok' | 'warn'; text: string }) {
  return (
    <li>
      {state === 'ok' ? (
        <Check size={16} aria-label="ready" />
      ) : (
        <TriangleAlert size={16} className="warn" aria-label="look at this" />
      )}
      <span className="pk">{name}</span>
      <span className={`pv ${state === 'warn' ? 'warn' : 'ell'}`} title={text}>
        {text}
      </span>
    </li>
  );
}
