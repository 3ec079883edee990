import { ComparePanel } from './compare-panel.tsx';
import './director-screen.css';
import { LivePoll } from './live-poll.tsx';
import { OverlayPanel } from './overlay-panel.tsx';
import { RatePanel } from './rate-panel.tsx';

export function DirectorScreen() {
  return (
    <main className="main d">
      <h1 className="said">Director</h1>
      <LivePoll />
      <OverlayPanel />
      <RatePanel />
      <ComparePanel />
    </main>
  );
}
