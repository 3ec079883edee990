import { useDesk, useMoment, useWindowData } from '../context/desk-context.tsx';
import type { Question } from '../store/window-store.ts';
import { ModeQuestion } from './mode-question.tsx';
import { MoreQuestion } from './more-question.tsx';
import styles from './questions.module.css';
import { QuitQuestion } from './quit-question.tsx';
import { ReasonQuestion } from './reason-question.tsx';
import { RecodeQuestion } from './recode-question.tsx';
import { SurfacesQuestion } from './surfaces-question.tsx';
import { SwitchQuestion } from './switch-question.tsx';

/** The question that is being asked, in the middle column. */
export function Questions() {
  const { window: win } = useDesk();
  const question = useWindowData((data) => data.question);
  if (question === null) return null;
  const close = () => win.setState({ question: null });
  return (
    <div className={styles.questions} data-questions key={keyOf(question)}>
      <QuestionBody question={question} close={close} />
    </div>
  );
}

function keyOf(question: Question): string {
  if (question.kind === 'switch') return [question.kind, question.switchId, question.position].join(' ');
  return [question.kind, 'act' in question ? question.act : '', 'cueId' in question ? question.cueId : ''].join(' ');
}

function QuestionBody({ question, close }: { question: Question; close: () => void }) {
  const moment = useMoment(100);
  if (question.kind === 'quit') return <QuitQuestion close={close} />;
  if (!moment) return null;
  if (question.kind === 'mode') return <ModeQuestion moment={moment} close={close} />;
  if (question.kind === 'recode') return <RecodeQuestion moment={moment} close={close} />;
  if (question.kind === 'switch') {
    const { switchId, position, revision } = question;
    return <SwitchQuestion switchId={switchId} position={position} revision={revision} moment={moment} close={close} />;
  }
  const cue = moment.show.cues.find((candidate) => candidate.id === question.cueId);
  if (!cue) return null;
  switch (question.kind) {
    case 'reason':
      return <ReasonQuestion act={question.act} cue={cue} moment={moment} close={close} />;
    case 'surfaces':
      return <SurfacesQuestion cue={cue} moment={moment} close={close} />;
    case 'more':
      return <MoreQuestion cue={cue} moment={moment} close={close} />;
  }
}
