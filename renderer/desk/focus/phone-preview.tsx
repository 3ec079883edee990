import { useRef } from 'react';
import type { FocusView } from './focus-view.ts';
import './phone-preview.css';
import { useFit } from './use-fit.ts';
import { ViewerLink } from './viewer-link.tsx';

/** How the cue will stand on a viewer's phone. A picture: nothing in it can be pressed. */
export function PhonePreview({ phone, kind }: { phone: FocusView['phone']; kind: FocusView['cue']['kind'] }) {
  const box = useRef<HTMLDivElement>(null);
  useFit(box, [kind, phone.title, phone.text, phone.foot, ...phone.answers].join('\n'));
  return (
    <div className="phonewrap">
      <span className="caps">Viewer’s screen</span>
      <div ref={box} className="phone" role="img" aria-label={`Viewer’s screen: ${phone.text}`}>
        <div className="top">
          <span className="ell" dir="auto">
            {phone.title}
          </span>
          <span>{phone.time}</span>
        </div>
        <h4 dir="auto">{phone.text}</h4>
        <div className={kind === 'rating' || kind === 'reaction' ? 'answers answers-row' : 'answers'}>
          {phone.answers.map((answer) => (
            <div key={answer} className="ans" dir="auto">
              {answer}
            </div>
          ))}
          {kind === 'cta' ? <div className="ans">Open the link</div> : null}
        </div>
        <div className="ft ell">{phone.foot}</div>
      </div>
      <ViewerLink />
    </div>
  );
}
