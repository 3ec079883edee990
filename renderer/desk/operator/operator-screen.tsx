import { BoardPanel } from './board-panel.tsx';
import { EdgesPanel } from './edges-panel.tsx';
import { HealthPanel } from './health-panel.tsx';
import { IncomingPanel } from './incoming-panel.tsx';
import './operator.css';

/** Left: is it well, and if not, where. Right: what comes in, and what can be done about it. */
export function OperatorScreen() {
  return (
    <main className="main o">
      <h1 className="said">Operator</h1>
      <div className="oc left">
        <HealthPanel />
        <EdgesPanel />
      </div>
      <div className="oc right">
        <IncomingPanel />
        <BoardPanel />
      </div>
    </main>
  );
}
