import { classes } from '../../ui/classes.ts';
import screen from '../../ui/screen.module.css';
import text from '../../ui/text.module.css';
import { BoardPanel } from './board-panel.tsx';
import { EdgesPanel } from './edges-panel.tsx';
import { HealthPanel } from './health-panel.tsx';
import { IncomingPanel } from './incoming-panel.tsx';
import styles from './operator.module.css';

/** Left: is it well, and if not, where. Right: what comes in, and what can be done about it. */
export function OperatorScreen() {
  return (
    <main className={classes(screen.screen, styles.operator)}>
      <h1 className={text.spoken}>Operator</h1>
      <div className={classes(styles.column, styles.left)}>
        <HealthPanel />
        <EdgesPanel />
      </div>
      <div className={classes(styles.column, styles.right)}>
        <IncomingPanel />
        <BoardPanel />
      </div>
    </main>
  );
}
