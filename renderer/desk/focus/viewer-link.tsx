import { useState } from 'react';
import button from '../../ui/button.module.css';
import { classes } from '../../ui/classes.ts';
import text from '../../ui/text.module.css';
import { useDeskData } from '../context/desk-context.tsx';
import { copyText } from './copy-text.ts';
import styles from './viewer-link.module.css';

/** Where viewers vote: in rehearsal with its code, which the public does not have. */
export function ViewerLink() {
  const url = useDeskData((data) => data.show?.state.show.viewerUrl ?? null);
  const [copiedUrl, setCopiedUrl] = useState<string | null>(null);
  if (url === null) return null;
  return (
    <div className={styles.viewerLink}>
      <output className={text.oneLine} aria-label="Viewer page" title={url}>
        {url}
      </output>
      <button
        type="button"
        className={classes(button.button, button.plain)}
        aria-label="Copy the link of the viewer page"
        onClick={() => setCopiedUrl(copyText(url) ? url : null)}
      >
        <b>{copiedUrl === url ? 'Copied' : 'Copy'}</b>
      </button>
    </div>
  );
}
