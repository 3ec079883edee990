/** How long the download may take to begin; the text is let go of after that. */
const TAKEN_WITHIN_MS = 60_000;

/** Gives a file to whoever runs the page: the browser's downloads, or the app's save dialog. */
export function saveFile({ name, text, type }: { name: string; text: string; type: string }): void {
  const url = URL.createObjectURL(new Blob([text], { type: `${type};charset=utf-8` }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), TAKEN_WITHIN_MS);
}
