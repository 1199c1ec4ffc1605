/** Asks until the answer is yes; fails with the given words after the deadline. */
export async function eventually(
  ask: () => boolean | Promise<boolean>,
  words: () => string,
  deadlineMs = 10_000,
): Promise<void> {
  const end = Date.now() + deadlineMs;
  while (!(await ask())) {
    if (Date.now() > end) {
      throw new Error(words());
    }
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}
