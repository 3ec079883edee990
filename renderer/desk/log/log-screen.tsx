import { Panel, PanelMessage } from '../../ui/panel.tsx';
import { cueName } from '../commands/labels.ts';
import { useDeskData } from '../desk-context.tsx';
import './log-screen.css';
import { deskRow, journalRow, type LogRow } from './log-view.ts';
import { useLogSource } from './use-log.ts';

/** Drawing more at once would make every new line slow. */
const SHOWN = 500;

export function LogScreen() {
  const source = useLogSource();
  const cues = useDeskData((data) => data.show?.state.cues ?? null);
  const linkKind = useDeskData((data) => data.link.kind);
  const nameOf = (cueId: string) => (cues === null ? cueId : cueName(cues, cueId));
  const { state } = source;
  const total = state.kind === 'loading' ? 0 : state.entries.length;
  const newest = <T,>(entries: readonly T[]) => entries.slice(-SHOWN).reverse();
  const rows =
    source.state.kind === 'loading'
      ? []
      : source.from === 'desk'
        ? newest(source.state.entries).map((entry) => deskRow(entry, nameOf))
        : newest(source.state.entries).map((entry) => journalRow(entry, nameOf));
  const title = source.from === 'desk' ? 'Actions at this desk' : 'The core’s journal, all desks';
  return (
    <main className="main log">
      <h1 className="said">Log</h1>
      <Panel
        name="Log"
        state={state.kind === 'failed' ? { kind: 'error' } : { kind: 'fresh' }}
        head={
          <>
            <h2>Log</h2>
            <span className="lab">{title}</span>
            {state.kind === 'failed' ? <span className="lab warn">{state.message}</span> : null}
            {source.from === 'journal' && linkKind !== 'up' ? (
              <span className="lab warn">no link: not up to date</span>
            ) : null}
          </>
        }
        age={total > SHOWN ? `newest ${SHOWN} of ${total} entries` : `${total} ${total === 1 ? 'entry' : 'entries'}`}
      >
        <LogBody kind={state.kind} rows={rows} from={source.from} />
      </Panel>
    </main>
  );
}

function LogBody({
  kind,
  rows,
  from,
}: {
  kind: 'loading' | 'entries' | 'failed';
  rows: readonly LogRow[];
  from: 'desk' | 'journal';
}) {
  if (kind === 'loading')
    return (
      <PanelMessage title="Reading the log" warn={false}>
        The newest entries come first.
      </PanelMessage>
    );
  if (rows.length === 0) {
    return kind === 'failed' ? (
      <PanelMessage title="The log can’t be read" warn={true}>
        It is tried again at the next entry.
      </PanelMessage>
    ) : (
      <PanelMessage title="No actions yet" warn={false}>
        Every press that leaves this desk is written here, with its answer.
      </PanelMessage>
    );
  }
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
    <section className="tbl" aria-label="Log entries" tabIndex={0}>
      <table className={`from-${from}`}>
        <thead>
          <tr>
            <th>Time</th>
            <th>Action</th>
            <th>Target</th>
            <th>Who</th>
            <th>Source</th>
            <th>Outcome</th>
            <th className="r desk-only">Latency</th>
            <th className="desk-only">Marks</th>
            <th className="wide">Code and sentence</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <Row key={row.key} row={row} />
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Row({ row }: { row: LogRow }) {
  return (
    <tr>
      <td>{row.time}</td>
      <td className="t1 act">{row.action}</td>
      <td>{row.target}</td>
      <td>{row.who}</td>
      <td>{row.source}</td>
      <td className={`out out-${row.outcome.tone}`}>{row.outcome.word}</td>
      <td className="r desk-only">{row.latency}</td>
      <td className="desk-only">{row.marks.join(', ')}</td>
      <td className="ell wide" title={row.detail}>
        {row.detail}
      </td>
    </tr>
  );
}
