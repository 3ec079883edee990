/** A picture as text, without a browser: what the plots of the page are written with. */
export interface Drawing {
  title: string;
  /** What somebody who can't see the picture is told. */
  desc: string;
  width: number;
  height: number;
  body: string[];
}

export type Attributes = Record<string, string | number>;

/** Colours that can be told apart by who sees red and green alike; the card keeps them legible whatever lies behind it. */
const STYLE = `
.card{fill:#fff;stroke:#d0d7de}.ink{fill:#1f2328}.soft{fill:#59636e}.grid{stroke:#e4e8ec}.axis{stroke:#8c959f}.band{fill:#eef1f4}.mark{stroke:#1f2328;stroke-dasharray:4 3}
.s1{--c:#0969da}.s2{--c:#bc4c00}.s3{--c:#1a7f5a}.s4{--c:#8250df}.s5{--c:#9a6700}.s6{--c:#0a3069}.s7{--c:#bf3989}.s8{--c:#1b7c83}.s9{--c:#8c959f}
@media (prefers-color-scheme:dark){.card{fill:#0d1117;stroke:#30363d}.ink{fill:#e6edf3}.soft{fill:#9198a1}.grid{stroke:#21262d}.axis{stroke:#6e7681}.band{fill:#1b2129}.mark{stroke:#e6edf3}
.s1{--c:#58a6ff}.s2{--c:#f0883e}.s3{--c:#3fb98f}.s4{--c:#bc8cff}.s5{--c:#d4a72c}.s6{--c:#a5d6ff}.s7{--c:#f778ba}.s8{--c:#56c4cc}.s9{--c:#6e7681}}
text{font:12px system-ui,-apple-system,"Segoe UI",sans-serif}.head{font-size:15px;font-weight:600}.sub{font-weight:600}.line{fill:none;stroke:var(--c);stroke-width:2}.fill{fill:var(--c)}.dot{fill:var(--c);stroke-width:1}.ring{stroke:var(--c);stroke-width:1.5}
`;

/** How many colours there are: classes `s1` to `s9`. */
export const HUES = 9;
export const hue = (i: number): string => `s${(i % HUES) + 1}`;
/** Lines differ in more than colour. */
const DASHES = ['none', '7 3', '2 3', '9 3 2 3', '4 2', '1 2'];
export const dash = (i: number): string => DASHES[i % DASHES.length] ?? 'none';

export function el(name: string, attributes: Attributes, content?: string): string {
  const given = Object.entries(attributes).map(([key, value]) => ` ${key}="${escaped(neat(value))}"`);
  return content === undefined ? `<${name}${given.join('')}/>` : `<${name}${given.join('')}>${content}</${name}>`;
}

/** A tenth of a pixel is as fine as anybody sees, and keeps the files small. */
function neat(value: string | number): string {
  return typeof value === 'number' ? String(Math.round(value * 10) / 10) : value;
}

export function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

export function words(text: string, x: number, y: number, attributes: Attributes = {}): string {
  return el('text', { x, y, class: 'soft', ...attributes }, escaped(text));
}

/** A line through points; a gap where a point has no number. */
export function path(points: readonly (readonly [number, number])[]): string {
  let isDrawing = false;
  return points
    .map(([x, y]) => {
      if (!Number.isFinite(x) || !Number.isFinite(y)) {
        isDrawing = false;
        return '';
      }
      const step = `${isDrawing ? 'L' : 'M'}${neat(x)} ${neat(y)}`;
      isDrawing = true;
      return step;
    })
    .join('');
}

export function svg({ title, desc, width, height, body }: Drawing): string {
  const card = el('rect', { class: 'card', x: 0.5, y: 0.5, width: width - 1, height: height - 1, rx: 6 });
  const inside = [
    el('title', { id: 'title' }, escaped(title)),
    el('desc', { id: 'desc' }, escaped(desc)),
    el('style', {}, STYLE),
    card,
    words(title, 16, 26, { class: 'ink head' }),
    ...body,
  ];
  const box = `viewBox="0 0 ${width} ${height}" width="${width}" height="${height}"`;
  return `<svg xmlns="http://www.w3.org/2000/svg" ${box} role="img" aria-labelledby="title desc">\n${inside.join('\n')}\n</svg>\n`;
}
