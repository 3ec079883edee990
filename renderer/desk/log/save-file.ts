/** How long the download may take to begin; what is in it is let go of after that. */
const TAKEN_WITHIN_MS = 60_000;

export function saveFile({ name, text, type }: { name: string; text: string; type: string }): void {
  saveBlob({ name, blob: new Blob([text], { type: `${type};charset=utf-8` }) });
}

/** Gives a file to whoever runs the page: the browser's downloads, or the app's save dialog. */
export function saveBlob({ name, blob }: { name: string; blob: Blob }): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), TAKEN_WITHIN_MS);
}
