import { Panel, PanelLoading } from '../../ui/panel.tsx';
import { useMoment } from '../context/desk-context.tsx';
import { ViewerLink } from '../focus/viewer-link.tsx';
import { ActionButton } from '../parts/action-button.tsx';
import { Facts } from './facts.tsx';
import { fact, showPanel } from './settings-view.ts';

export function OutputsPanel() {
  const moment = useMoment(1_000);
  if (moment === null) {
    return (
      <Panel name="Outputs" state={{ kind: 'loading' }} head={<h2>Outputs</h2>} age="">
        <PanelLoading lines={2} />
      </Panel>
    );
  }
  const { viewerUrl, mode } = moment.show.show;
  return (
    <Panel name="Outputs" state={showPanel(moment)} head={<h2>Outputs</h2>} age="">
      <div className="body">
        <h3 className="lab">{mode === 'rehearsal' ? 'Viewer page, with the code of the rehearsal' : 'Viewer page'}</h3>
        {viewerUrl === undefined ? <p className="note warn">The audience port is not open yet.</p> : <ViewerLink />}
        {mode === 'rehearsal' ? (
          <div className="acts">
            <ActionButton id="recode" moment={moment} name="New code for the rehearsal" />
            <span className="lab">For a new crew, or when the link is in the wrong hands.</span>
          </div>
        ) : null}
        <Facts facts={[fact('Overlay', 'none is connected')]} />
      </div>
    </Panel>
  );
}
