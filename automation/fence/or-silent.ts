import { Failure } from "../../config/failure/failure.js";

/** What a node lacks; one that cannot be looked at lacks an answer, and is looked at again. */
export async function orSilent(
  node: string,
  look: () => Promise<readonly string[]>,
): Promise<readonly string[]> {
  try {
    return await look();
  } catch (thrown) {
    if (!(thrown instanceof Failure)) {
      throw thrown;
    }
    return [`${node} does not answer: ${thrown.cameBack}`];
  }
}
