import text from '../ui/text.module.css';
import { useHost } from './context/host-state.ts';
import styles from './session-screen.module.css';
import { ServerChoice } from './settings/server-choice.tsx';
import type { SessionState } from './store/desk-store.ts';

/** Before the first contact, and where a browser has no session any more. */
export function SessionScreen({ session }: { session: Exclude<SessionState, { kind: 'open' }> }) {
  return (
    <main className={styles.session}>
      <h1>Tallyroom</h1>
      <div role={session.kind === 'opening' ? 'status' : 'alert'}>
        <SessionWords session={session} />
      </div>
      {session.kind === 'opening' ? null : <WayOut />}
    </main>
  );
}

/** Settings can't be reached from here, so what leads out of it stands here: another server, or back to this machine's. */
function WayOut() {
  const host = useHost();
  return host.kind === 'app' && host.state.server.remote !== null ? <ServerChoice state={host.state.server} /> : null;
}

function SessionWords({ session }: { session: Exclude<SessionState, { kind: 'open' }> }) {
  switch (session.kind) {
    case 'opening':
      return <p>Connecting to the core…</p>;
    case 'failed':
      return (
        <>
          <p className={text.warning}>{session.message}</p>
          <p>Trying again every second.</p>
        </>
      );
    case 'over':
      return (
        <>
          <p className={text.warning}>{session.message}</p>
          <p>{session.hint}</p>
        </>
      );
  }
}
