/** What has to be ended and removed even when a person stops the bench in the middle. */
const tasks = new Set<() => unknown>();

/** Answers a function that does the task now and then forgets it. */
export function atEnd(task: () => unknown): () => Promise<void> {
  tasks.add(task);
  return async () => {
    tasks.delete(task);
    await task();
  };
}

export async function cleanUp(): Promise<void> {
  const left = [...tasks];
  tasks.clear();
  for (const task of left) await task();
}
