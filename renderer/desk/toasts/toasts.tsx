import { Info, TriangleAlert, X } from 'lucide-react';
import { timeOfDay } from '../../ui/format.ts';
import { useDesk, useDeskData, useWindowData } from '../desk-context.tsx';
import type { Toast } from '../store/desk-store.ts';
import { shownToasts } from './toast-view.ts';
import './toasts.css';

/** The lane at the bottom of the middle column. A toast tells; it never asks, and never holds the only answer to a press. */
export function Toasts() {
  const toasts = useDeskData((data) => data.toasts);
  const seconds = useDeskData((data) => Math.floor(data.localNowMs / 1_000));
  const seen = useWindowData((data) => data.seenToasts);
  return (
    <div className="toasts" role="log" aria-label="Notices">
      {shownToasts(toasts, seen, seconds * 1_000).map((toast) => (
        <ToastLine key={toast.key} toast={toast} />
      ))}
    </div>
  );
}

function ToastLine({ toast }: { toast: Toast }) {
  const { window: win } = useDesk();
  const seen = () => win.setState((data) => ({ seenToasts: new Set([...data.seenToasts, toast.key]) }));
  return (
    <div className={`toast toast-${toast.level}`}>
      {toast.level === 'warn' ? (
        <TriangleAlert size={20} className="warn" aria-label="Warning" />
      ) : (
        <Info size={20} aria-label="Notice" />
      )}
      <span className="what">
        <b>{toast.message}</b>
        <span>{timeOfDay(toast.atMs)}</span>
      </span>
      <button type="button" className="btn btn-plain" aria-label="Seen" onClick={seen}>
        <X size={16} aria-hidden="true" />
      </button>
    </div>
  );
}
