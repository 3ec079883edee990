import { useDesk, useDeskData } from '../context/desk-context.tsx';
import { useRemoteHost } from '../context/host-state.ts';
import { busyWords } from '../words/busy-runs.ts';
import { TypeToConfirm } from './type-to-confirm.tsx';

/** Quitting ends this machine's server, and with it what is on air there: asked only while something is armed, open or closing. */
export function QuitQuestion({ close }: { close: () => void }) {
  const { bridge } = useDesk();
  const cues = useDeskData((data) => data.show?.state.cues ?? null);
  const remote = useRemoteHost();
  return (
    <TypeToConfirm
      title={remote === null ? 'Quit Tallyroom and stop the server' : 'Quit Tallyroom and leave the show to others'}
      wanted="quit"
      act="QUIT"
      onClose={close}
      onConfirm={() => {
        bridge?.quitAnswer(true);
        close();
      }}
    >
      Now {cues === null ? 'the desk has no link to the core' : busyWords(cues)}.{' '}
      {remote === null
        ? 'Quitting stops the server: every viewer loses the page, and nobody can vote until it is started again. Votes that were acknowledged are kept.'
        : `That goes on at ${remote} without this desk: its server is not stopped.`}
    </TypeToConfirm>
  );
}
