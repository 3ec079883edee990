import { relative, sep } from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** What takes minutes, then what plays with real processes: begun last, each would leave the machine to itself at the end. */
const FIRST = [/^e2e\/server\/crash\.test/, /^e2e\/server\//, /^server\/supervisor\//];

const rank = (file: string) => {
  const place = FIRST.findIndex((pattern) => pattern.test(file));
  return place === -1 ? FIRST.length : place;
};

/** A new clone knows nothing yet of how long a file takes, and goes by its size. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rankOf = ({ moduleId }: TestSpecification) =>
      rank(relative(this.ctx.config.root, moduleId).split(sep).join('/'));
    return (await super.sort(files)).sort((a, b) => rankOf(a) - rankOf(b));
  }
}
