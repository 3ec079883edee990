import { useState } from 'react';
import { useDeskData } from '../context/desk-context.tsx';
import { copyText } from './copy-text.ts';
import './viewer-link.css';

/** Where viewers vote: in rehearsal with its code, which the public does not have. */
export function ViewerLink() {
  const url = useDeskData((data) => data.show?.state.show.viewerUrl ?? null);
  const [copiedUrl, setCopiedUrl] = useState<string | null>(null);
  if (url === null) return null;
  return (
    <div className="viewer-link">
      <output className="ell" aria-label="Viewer page" title={url}>
        {url}
      </output>
      <button
        type="button"
        className="btn btn-plain"
        aria-label="Copy the link of the viewer page"
        onClick={() => setCopiedUrl(copyText(url) ? url : null)}
      >
        <b>{copiedUrl === url ? 'Copied' : 'Copy'}</b>
      </button>
    </div>
  );
}
