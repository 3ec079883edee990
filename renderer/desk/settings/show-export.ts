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

/** Names of devices, which Windows gives to no file, whatever its ending. */
const DEVICE = /^(?:con|prn|aux|nul|com\d|lpt\d)$/;
/** Of three bytes at most; a name may have 255. */
const MOST_LETTERS = 60;

/** `saturday-finale.json`, in the letters of whatever script the title is written in. */
export function fileNameOf(title: string): string {
  const name = title
    .normalize('NFC')
    .replace(/İ/g, 'I')
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}]+/gu, '-')
    .replace(/^-/, '');
  const short = [...name].slice(0, MOST_LETTERS).join('').replace(/-$/, '');
  return `${short === '' || DEVICE.test(short) ? `show${short}` : short}.json`;
}
