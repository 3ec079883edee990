import { type CommandIntent, mayCommand } from '../../../shared/domain/guards.ts';
import { isolated } from '../../../shared/domain/isolated.ts';
import type { DeskCue } from '../../../shared/protocol/desk-state.ts';
import type { Surface, Visibility } from '../../../shared/protocol/show-file.ts';
import button from '../../ui/button.module.css';
import { classes } from '../../ui/classes.ts';
import dialog from '../../ui/dialog.module.css';
import { Dialog } from '../../ui/dialog.tsx';
import text from '../../ui/text.module.css';
import { useDesk } from '../context/desk-context.tsx';
import { ConcentratedLine } from '../networks/concentrated-line.tsx';
import { guardContext, type Moment } from '../store/moment.ts';
import { cueName } from '../words/labels.ts';
import { quotedApart } from '../words/quoted-apart.ts';
import styles from './questions.module.css';

const SURFACES: readonly { surface: Surface; name: string }[] = [
  { surface: 'desk', name: 'Desk' },
  { surface: 'audience', name: 'Audience' },
  { surface: 'overlay', name: 'Overlay' },
  { surface: 'api', name: 'API' },
];
const VISIBILITIES: readonly Visibility[] = ['hidden', 'turnout', 'percentages', 'counts'];

/** What each surface may see of a result. Every press is a command of its own. */
export function SurfacesQuestion({ cue, moment, close }: { cue: DeskCue; moment: Moment; close: () => void }) {
  const { runner } = useDesk();
  const ctx = guardContext(moment);
  const intentOf = (surface: Surface, visibility: Visibility): CommandIntent => ({
    type: 'poll.reveal',
    target: cue.id,
    payload: { surface, visibility },
  });
  const refusal = mayCommand(moment.show, intentOf('audience', 'counts'), ctx);
  const ready = refusal === null && moment.link.kind === 'up';
  return (
    <Dialog title={`Results of ${cueName(moment.show.cues, cue.id)}: “${isolated(cue.text)}”`} onClose={close}>
      <p className={refusal ? styles.refusal : undefined}>
        {(refusal && quotedApart(refusal.message)) ??
          'What is released to the overlay is taken by the director. “Seen on air” is remembered and can’t be unset.'}
      </p>
      <ConcentratedLine cue={cue} moment={moment} />
      <table>
        <tbody>
          {SURFACES.map(({ surface, name }) => (
            <tr key={surface}>
              <th scope="row">
                {name}
                {cue.seenOn.includes(surface) ? <span className={text.unit}>seen</span> : null}
              </th>
              {VISIBILITIES.map((visibility) => (
                <td key={visibility}>
                  <button
                    type="button"
                    className={classes(button.button, button.plain)}
                    data-kind={ready ? 'ready' : 'blocked'}
                    aria-disabled={!ready}
                    aria-pressed={cue.visibility[surface] === visibility}
                    onClick={() => {
                      if (!ready || cue.visibility[surface] === visibility) return;
                      void runner.send(intentOf(surface, visibility), { source: 'dialog', actionId: 'reveal' });
                    }}
                  >
                    <b>{visibility}</b>
                  </button>
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      <div className={dialog.acts}>
        <button type="button" className={classes(button.button, button.plain)} onClick={close} data-first>
          <b>Close</b>
        </button>
      </div>
    </Dialog>
  );
}
