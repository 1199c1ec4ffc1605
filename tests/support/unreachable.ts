import { Failure } from "../../config/failure/failure.js";

/** What asking a host ends in that does not answer. */
export function unreachable(node: string): Failure {
  return new Failure("unreachable", {
    tried: "to ask",
    where: node,
    cameBack: "no answer",
    doNext: "",
  });
}
