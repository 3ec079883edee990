import { useDesk, useDeskData } from '../desk-context.tsx';
import { busyWords } from './busy-runs.ts';
import { TypeToConfirm } from './type-to-confirm.tsx';

/** Quitting ends the server, and with it what is on air: asked only while something is armed, open or closing. */
export function QuitQuestion({ close }: { close: () => void }) {
  const { bridge } = useDesk();
  const cues = useDeskData((data) => data.show?.state.cues ?? null);
  return (
    <TypeToConfirm
      title="Quit Tallyroom and stop the server"
      wanted="quit"
      act="QUIT"
      onClose={close}
      onConfirm={() => {
        bridge?.quitAnswer(true);
        close();
      }}
    >
      Now {cues === null ? 'the desk has no link to the core' : busyWords(cues)}. Quitting stops the server: every
      viewer loses the page, and nobody can vote until it is started again. Votes that were acknowledged are kept.
    </TypeToConfirm>
  );
}
