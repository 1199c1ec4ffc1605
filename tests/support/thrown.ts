/** The error of this kind with which the work ends. Another one is passed on, and an end without any is one itself. */
export async function thrownBy<Failure extends Error>(
  kind: abstract new (...args: never[]) => Failure,
  work: Promise<unknown>,
): Promise<Failure> {
  try {
    await work;
  } catch (thrown) {
    if (thrown instanceof kind) {
      return thrown;
    }
    throw thrown;
  }
  throw new Error("this should have failed");
}
