import { useState } from 'react';
import { freeze } from '../../../shared/domain/cue-rules.ts';
import { type CommandIntent, mayCommand } from '../../../shared/domain/guards.ts';
import { isolated } from '../../../shared/domain/isolated.ts';
import type { DeskCue } from '../../../shared/protocol/desk-state.ts';
import type { OptionId } from '../../../shared/protocol/ids.ts';
import button from '../../ui/button.module.css';
import { classes } from '../../ui/classes.ts';
import dialog from '../../ui/dialog.module.css';
import { Dialog } from '../../ui/dialog.tsx';
import { useDesk } from '../context/desk-context.tsx';
import { ConcentratedLine } from '../networks/concentrated-line.tsx';
import { ActionButton } from '../parts/action-button.tsx';
import { guardContext, type Moment } from '../store/moment.ts';
import { cueName } from '../words/labels.ts';
import { quotedApart } from '../words/quoted-apart.ts';
import { EvidenceAct } from './evidence-act.tsx';

/** The rarer acts on the cue in focus. */
export function MoreQuestion({ cue, moment, close }: { cue: DeskCue; moment: Moment; close: () => void }) {
  const quiz = cue.kind === 'quiz' || cue.kind === 'prediction';
  return (
    <Dialog title={`More for ${cueName(moment.show.cues, cue.id)}: “${isolated(cue.text)}”`} onClose={close}>
      <ConcentratedLine cue={cue} moment={moment} />
      <div className={dialog.list}>
        <ActionButton id="rerun" moment={moment} />
        <ActionButton id="archive" moment={moment} />
        <EvidenceAct cue={cue} moment={moment} />
        <ActionButton id="revoke" moment={moment} />
        <ActionButton id="void" moment={moment} />
      </div>
      {quiz ? <Answer cue={cue} moment={moment} /> : null}
      <div className={dialog.acts}>
        <button type="button" className={classes(button.button, button.plain)} onClick={close} data-first>
          <b>Close</b>
        </button>
      </div>
    </Dialog>
  );
}

function Answer({ cue, moment }: { cue: DeskCue; moment: Moment }) {
  const { runner } = useDesk();
  const [chosen, setChosen] = useState<readonly OptionId[]>(cue.answer ?? []);
  const intent: CommandIntent = { type: 'poll.answer', target: cue.id, payload: { answer: [...chosen] } };
  const refusal = mayCommand(moment.show, intent, guardContext(moment));
  const ready = refusal === null && chosen.length > 0 && moment.link.kind === 'up';
  const toggle = (id: OptionId) =>
    setChosen(chosen.includes(id) ? chosen.filter((other) => other !== id) : [...chosen, id]);
  return (
    <>
      <p>
        The right answer is <strong>{cue.answerState}</strong>. Viewers see it only when it is revealed.
      </p>
      <div className={dialog.choices}>
        {freeze(cue).options.map((option) => (
          <button
            key={option.id}
            type="button"
            className={classes(button.button, button.plain)}
            aria-pressed={chosen.includes(option.id)}
            onClick={() => toggle(option.id)}
          >
            <b dir="auto">{option.text}</b>
          </button>
        ))}
      </div>
      <div className={dialog.list}>
        <button
          type="button"
          className={button.button}
          data-kind={ready ? 'ready' : 'blocked'}
          aria-disabled={!ready}
          onClick={() => {
            if (ready) void runner.send(intent, { source: 'dialog', actionId: 'set-answer' });
          }}
        >
          <b>SET ANSWER</b>
          <small>
            {(refusal && quotedApart(refusal.message)) ??
              (chosen.length === 0 ? 'choose one first' : 'hidden until revealed')}
          </small>
        </button>
        <ActionButton id="reveal-answer" moment={moment} />
      </div>
    </>
  );
}
