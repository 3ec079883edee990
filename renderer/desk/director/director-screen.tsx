import { classes } from '../../ui/classes.ts';
import screen from '../../ui/screen.module.css';
import text from '../../ui/text.module.css';
import { ComparePanel } from './compare-panel.tsx';
import styles from './director-screen.module.css';
import { LivePoll } from './live-poll.tsx';
import { OverlayPanel } from './overlay-panel.tsx';
import { RatePanel } from './rate-panel.tsx';

export function DirectorScreen() {
  return (
    <main className={classes(screen.screen, styles.director)}>
      <h1 className={text.spoken}>Director</h1>
      <LivePoll />
      <OverlayPanel />
      <RatePanel />
      <ComparePanel />
    </main>
  );
}
