/**
 * THIS LIST MUST SHRINK TO NOTHING: arrows that go up, or lead back to where they came from, as `from -> to`. Nothing may be added to it,
 * and what is gone has to leave it.
 * @type {readonly string[]}
 */
export const knownArrowsUp = [];
