import type { OptionId } from '../protocol/ids.ts';

/** What a run lets a viewer choose. */
export interface ChoiceRule {
  options: readonly OptionId[];
  /** Least and most options of one ballot, both inclusive. */
  min: number;
  max: number;
}

export type ChoiceFault = 'unknown-option' | 'option-twice' | 'too-few' | 'too-many';

/**
 * Why a choice is no ballot for a run, or null when it is one. Edge and ballot box ask the same question here, so that
 * no ballot passes one and fails the other. The order of the chosen options carries no meaning.
 */
export function choiceFault(rule: ChoiceRule, choice: readonly OptionId[]): ChoiceFault | null {
  for (let i = 0; i < choice.length; i += 1) {
    const option = choice[i];
    if (option === undefined || !rule.options.includes(option)) return 'unknown-option';
    if (choice.indexOf(option) !== i) return 'option-twice';
  }
  if (choice.length < rule.min) return 'too-few';
  if (choice.length > rule.max) return 'too-many';
  return null;
}
