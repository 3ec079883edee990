/** Resolves once the work is over, well or not, and at the latest after `mostMs`. */
export async function within(mostMs: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | null = null;
  const tooLong = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, mostMs);
  });
  await Promise.race([
    work.then(
      () => {},
      () => {},
    ),
    tooLong,
  ]);
  if (timer !== null) clearTimeout(timer);
}
