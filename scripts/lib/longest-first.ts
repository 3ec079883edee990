import { relative, sep } from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** It takes minutes: begun last, it would have the machine to itself at the end. */
const LONGEST = 'e2e/server/crash.test.ts';

/** A new clone knows nothing yet of how long a file takes, and goes by its size. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isLongest = ({ moduleId }: TestSpecification) =>
      relative(this.ctx.config.root, moduleId).split(sep).join('/') === LONGEST;
    return (await super.sort(files)).sort((a, b) => Number(isLongest(b)) - Number(isLongest(a)));
  }
}
