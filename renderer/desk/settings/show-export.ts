/** The show as a file that another data folder can start with: what was planned, nothing of what has happened. */
import { fileNameFor } from '../../../shared/domain/file-name.ts';
import { DeskCue, type DeskState } from '../../../shared/protocol/desk-state.ts';
import { Cue, type ShowFile } from '../../../shared/protocol/show-file.ts';

/** What a run adds to a cue on its way to the desk. Fields that are in neither list are the file's own and are given back. */
const RUN_FIELDS = Object.keys(DeskCue.shape).filter((field) => !(field in Cue.shape));

/** Not judged by the rules for files: what an older version took is given back as it is, for its author to set right. */
export function showFileOf({ show, cues }: Pick<DeskState, 'show' | 'cues'>): ShowFile {
  const t0 = show.t0Ms === undefined ? Number.NaN : new Date(show.t0Ms).getTime();
  return {
    title: show.title,
    ...(Number.isNaN(t0) ? {} : { t0: new Date(t0).toISOString() }),
    ...(show.audience === undefined ? {} : { audience: show.audience }),
    cues: cues.map((cue) => {
      const planned = Object.entries(cue).filter(([field]) => !RUN_FIELDS.includes(field));
      return Object.fromEntries(planned) as Cue;
    }),
  };
}

/** `saturday-finale.json`, in the letters of whatever script the title is written in. */
export function fileNameOf(title: string): string {
  return fileNameFor({ title, fallback: 'show', ending: 'json' });
}
