import { z } from "zod";
import { Failure, type FailureParts } from "../../../config/failure/failure.js";
import { parseJson } from "../base/json.js";
import type { Answer } from "./exchange.js";

const body = z.object({
  data: z.unknown(),
  message: z.string().optional(),
  errors: z.record(z.string(), z.string()).optional(),
});

/** What the API said when it did not do as asked. */
export class ApiFailure extends Failure {
  override readonly name = "ApiFailure";
  constructor(
    parts: FailureParts,
    readonly status: number,
    /** The reply in the server's own words, for callers that must tell one refusal from another. */
    readonly said: string,
  ) {
    super("failed", parts);
  }
}

/** @throws what the server said in words, unless the answer is a good one */
export function requireSuccess(answer: Answer, call: string, where: string): void {
  const parsed = body.safeParse(parseJson(answer.text));
  if (answer.status >= 200 && answer.status < 300) {
    if (!parsed.success) {
      throw failureOf(answer, "the answer is not the API's JSON", {}, call, where);
    }
    return;
  }
  const message = (parsed.success ? parsed.data.message : undefined) ?? answer.reason;
  const errors = parsed.success ? (parsed.data.errors ?? {}) : {};
  throw failureOf(answer, message.trim() || "no message", errors, call, where);
}

/** Locks that somebody else holds, and services that are just starting. */
export function isPassing(failure: ApiFailure): boolean {
  return (
    failure.status === 595 ||
    failure.status === 503 ||
    /got lock (request )?timeout|can't lock file .* got timeout|locked command timed out/.test(
      failure.said,
    )
  );
}

function failureOf(
  answer: Answer,
  message: string,
  errors: Readonly<Record<string, string>>,
  call: string,
  where: string,
): ApiFailure {
  const details = Object.entries(errors).map(([name, text]) => `${name}: ${text.trim()}`);
  const cameBack = [`${answer.status} ${message}`, ...details].join("; ");
  const doNext = adviceFor(answer.status, message);
  return new ApiFailure(
    { tried: `to call ${call}`, where, cameBack, doNext },
    answer.status,
    message,
  );
}

function adviceFor(status: number, message: string): string {
  if (/no quorum|not ready/.test(message)) {
    return "The cluster has no quorum: bring missing nodes or links back (`pvecm status`), then run `pulumi up` again.";
  }
  switch (status) {
    case 400:
      return "Correct the named values in the stack file.";
    case 401:
      return "Run `pulumi up --refresh`: it makes a new token.";
    case 403:
      return "Give the program's account the named privilege, or run `pulumi up` so that its role is set anew.";
    case 595:
    case 596:
    case 599:
      return "The node that was to answer is not reachable from the others: check it, then run `pulumi up` again.";
    default:
      return "Mend what is named, then run `pulumi up` again.";
  }
}
