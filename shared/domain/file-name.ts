/** File systems take 255 bytes; what a browser adds to a second download, and a person to a copy, has to fit too. */
const MOST_BYTES = 120;
/** What Windows takes for devices, whatever the ending. */
const DEVICE = /^(con|prn|aux|nul|com\d|lpt\d)$/;

export interface FileNameWish {
  /** A person's text. */
  title: string;
  /** Where nothing of the title can stand in a name. */
  fallback: string;
  /** Without its dot. */
  ending: string;
}

/**
 * A file's name from a person's text, with the letters and numbers of every script and nothing that a file system, a shell or
 * a header could read as something else: `große-show-finale.json`.
 */
export function fileNameFor({ title, fallback, ending }: FileNameWish): string {
  const words = title
    .normalize('NFC')
    // Its small letter would keep the dot as a mark of its own.
    .replace(/İ/g, 'I')
    .toLowerCase()
    .normalize('NFC')
    .match(/\p{L}[\p{L}\p{M}\p{N}]*|\p{N}[\p{L}\p{M}\p{N}]*/gu);
  const name = withinBytes((words ?? []).join('-'), MOST_BYTES).replace(/-$/, '');
  if (name === '') return `${fallback}.${ending}`;
  return `${DEVICE.test(name) ? `${fallback}-${name}` : name}.${ending}`;
}

/** As many whole characters, as a reader counts them, as fit into so many bytes of UTF-8. */
function withinBytes(text: string, most: number): string {
  const encoder = new TextEncoder();
  let kept = '';
  let bytes = 0;
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    bytes += encoder.encode(segment).length;
    if (bytes > most) break;
    kept += segment;
  }
  return kept;
}
