/** The quit question where no desk page can ask it. */
import { type BrowserWindow, dialog } from 'electron';

/** @param why what keeps the page from asking, a sentence */
export async function askToQuit(window: BrowserWindow | null, why: string): Promise<boolean> {
  const options = {
    type: 'warning' as const,
    title: 'Tallyroom',
    message: 'Quit Tallyroom and end the server?',
    detail: `${why} Quitting ends the server: viewers can no longer vote, and a poll that is open stays open in the data folder until the next start.`,
    buttons: ['Keep running', 'Quit and end the server'],
    defaultId: 0,
    cancelId: 0,
    noLink: true,
  };
  const { response } = window ? await dialog.showMessageBox(window, options) : await dialog.showMessageBox(options);
  return response === 1;
}
