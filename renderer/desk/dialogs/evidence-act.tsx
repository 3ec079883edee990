import { useState } from 'react';
import { evidenceFileName } from '../../../shared/domain/evidence.ts';
import type { DeskCue } from '../../../shared/protocol/desk-state.ts';
import button from '../../ui/button.module.css';
import { useDesk } from '../context/desk-context.tsx';
import { getEvidence } from '../host/desk-http.ts';
import { saveBlob } from '../log/save-file.ts';
import type { Moment } from '../store/moment.ts';
import { type EvidenceSaving, evidenceView } from './evidence-view.ts';

/** Saves the evidence of the cue's current run as a file. */
export function EvidenceAct({ cue, moment }: { cue: DeskCue; moment: Moment }) {
  const { link } = useDesk();
  const [saving, setSaving] = useState<EvidenceSaving>({ kind: 'idle' });
  const view = evidenceView(moment, cue, saving);
  const save = async (): Promise<void> => {
    const session = link.session();
    if (view.kind !== 'ready' || session === null) return;
    setSaving({ kind: 'packing' });
    const result = await getEvidence(session, { pollId: cue.id, round: cue.round });
    if (result.kind === 'ok') {
      const name = evidenceFileName(cue.runId);
      saveBlob({ name, blob: result.value });
      setSaving({ kind: 'saved', name });
    } else {
      const message = result.kind === 'refused' ? result.message : 'The core did not answer. Try again.';
      setSaving({ kind: 'failed', message });
    }
  };
  return (
    <button
      type="button"
      className={button.button}
      data-kind={view.kind}
      aria-disabled={view.kind !== 'ready'}
      title={view.say}
      onClick={() => void save()}
    >
      <b>EVIDENCE</b>
      <small role="status">{view.say}</small>
    </button>
  );
}
