import { useRef } from 'react';
import { classes } from '../../ui/classes.ts';
import text from '../../ui/text.module.css';
import type { FocusView } from './focus-view.ts';
import styles from './phone-preview.module.css';
import { useFit } from './use-fit.ts';
import { ViewerLink } from './viewer-link.tsx';

/** How the cue will stand on a viewer's phone. A picture: nothing in it can be pressed. */
export function PhonePreview({ phone, kind }: { phone: FocusView['phone']; kind: FocusView['cue']['kind'] }) {
  const box = useRef<HTMLDivElement>(null);
  useFit(box, [kind, phone.title, phone.text, phone.foot, ...phone.answers].join('\n'));
  return (
    <div className={styles.preview}>
      <span className={text.caps}>Viewer’s screen</span>
      <div ref={box} className={styles.phone} role="img" aria-label={`Viewer’s screen: ${phone.text}`}>
        <div className={styles.head}>
          <span className={text.oneLine} dir="auto">
            {phone.title}
          </span>
          <span>{phone.time}</span>
        </div>
        <h4 dir="auto">{phone.text}</h4>
        <div
          className={kind === 'rating' || kind === 'reaction' ? classes(styles.answers, styles.inARow) : styles.answers}
        >
          {phone.answers.map((answer) => (
            <div key={answer} className={styles.answer} dir="auto">
              {answer}
            </div>
          ))}
          {kind === 'cta' ? <div className={styles.answer}>Open the link</div> : null}
        </div>
        <div className={classes(styles.foot, text.oneLine)}>{phone.foot}</div>
      </div>
      <ViewerLink />
    </div>
  );
}
