import { maySeeAnswers } from '../../../shared/domain/roles.ts';
import { Panel, PanelLoading } from '../../ui/panel.tsx';
import { useMoment } from '../context/desk-context.tsx';
import { saveFile } from '../log/save-file.ts';
import { Facts } from './facts.tsx';
import { showFacts, showPanel } from './settings-view.ts';
import { fileNameOf, showFileOf } from './show-export.ts';

export function ShowPanel() {
  const moment = useMoment(1_000);
  return (
    <Panel
      name="Show"
      state={showPanel(moment)}
      head={<h2>Show</h2>}
      age={moment ? `revision ${moment.show.revision}` : ''}
    >
      {moment === null ? (
        <PanelLoading lines={5} />
      ) : (
        <div className="body">
          <Facts facts={showFacts(moment.show, moment.nowMs)} />
          {maySeeAnswers(moment.me.roles) ? (
            <div className="acts">
              <button
                type="button"
                className="btn btn-plain"
                onClick={() =>
                  saveFile({
                    name: fileNameOf(moment.show.show.title),
                    text: `${JSON.stringify(showFileOf(moment.show), null, 2)}\n`,
                    type: 'application/json',
                  })
                }
              >
                <b>Save the show as a file</b>
              </button>
              <span className="lab">The plan only: no votes, no results.</span>
            </div>
          ) : (
            <p className="note">
              Only an owner or a producer saves the show as a file: it holds the answers of quizzes.
            </p>
          )}
        </div>
      )}
    </Panel>
  );
}
