/** The show as a file that another data folder can start with: what was planned, nothing of what has happened. */
import { DeskCue, type DeskState } from '../../../shared/protocol/desk.ts';
import { Cue, ShowFile } from '../../../shared/protocol/show-file.ts';

/** What a run adds to a cue on its way to the desk. Fields that are in neither list are the file's own and are given back. */
const RUN_FIELDS = Object.keys(DeskCue.shape).filter((field) => !(field in Cue.shape));

export function showFileOf({ show, cues }: Pick<DeskState, 'show' | 'cues'>): ShowFile {
  return ShowFile.parse({
    title: show.title,
    ...(show.t0Ms === undefined ? {} : { t0: new Date(show.t0Ms).toISOString() }),
    ...(show.audience === undefined ? {} : { audience: show.audience }),
    cues: cues.map((cue) => Object.fromEntries(Object.entries(cue).filter(([field]) => !RUN_FIELDS.includes(field)))),
  });
}

/** `saturday-finale.json` */
export function fileNameOf(title: string): string {
  const name = title
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 60);
  return `${name === '' ? 'show' : name}.json`;
}
