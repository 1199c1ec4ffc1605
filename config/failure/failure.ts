import { maskSecrets } from "./hidden-text.js";
import { type FailureKind, marked, unmarked } from "./kind.js";
import { spaceAdvice } from "./no-space.js";

/** The four things that a person needs in order to act on a failure. */
export interface FailureParts {
  /** What the program was doing: "writing /etc/hosts". */
  readonly tried: string;
  /** Host, endpoint or file: "frege (10.203.3.11)". */
  readonly where: string;
  readonly cameBack: string;
  readonly doNext: string;
}

/** A failure of the world. Whatever else is thrown is a fault of the program and is shown with its stack. */
export class Failure extends Error implements FailureParts {
  override readonly name: string = "Failure";
  readonly tried: string;
  readonly where: string;
  readonly cameBack: string;
  readonly doNext: string;

  constructor(
    readonly kind: FailureKind,
    parts: FailureParts,
    options?: { readonly cause?: unknown },
  ) {
    super(sentenceOf(parts, options?.cause), options);
    this.tried = parts.tried;
    this.where = parts.where;
    this.cameBack = parts.cameBack;
    this.doNext = adviceOf(parts, options?.cause);
  }
}

/** A mistake on the command line: what is wrong and what to write instead. Lines stay lines. */
export function badInput(cameBack: string, doNext = ""): Failure {
  return new Failure("badInput", { tried: "", where: "", cameBack, doNext });
}

/** What reaches the user: one paragraph for failures of the world, message and stack for our own faults. */
export function describeThrown(thrown: unknown): string {
  if (thrown instanceof Failure) {
    return marked(thrown.message, thrown.kind);
  }
  const system = systemError(thrown);
  if (system !== undefined) {
    return maskSecrets(unmarked(system));
  }
  const detail = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
  const causes = thrown instanceof Error ? causesOf(thrown.cause) : "";
  return maskSecrets(
    `This is a fault in proxmox-ha itself, please report it with this text: ${unmarked(detail)}${causes}`,
  );
}

/** The message of whatever was thrown. */
export function messageOf(thrown: unknown): string {
  if (thrown instanceof AggregateError) {
    return thrown.errors.map(messageOf).join(", ");
  }
  return systemError(thrown) ?? (thrown instanceof Error ? thrown.message : String(thrown));
}

/** A full or closed file system of this machine, in words; nothing for every other error. */
function systemError(thrown: unknown): string | undefined {
  if (thrown instanceof Failure || !(thrown instanceof Error)) {
    return undefined;
  }
  const code = "code" in thrown ? String(thrown.code) : "";
  const advice = spaceAdvice(`${code} ${thrown.message}`);
  return advice === undefined ? undefined : `${trimEnd(thrown.message)} on this machine. ${advice}`;
}

/** A full file system is the reason whatever the step was, so it comes first. */
function adviceOf({ cameBack, doNext }: FailureParts, cause: unknown): string {
  const space = spaceAdvice(`${cameBack}${causesOf(cause)}`);
  return space === undefined ? doNext : `${space} ${doNext}`.trim();
}

function sentenceOf(parts: FailureParts, cause: unknown): string {
  const { tried, where, cameBack } = parts;
  const doNext = adviceOf(parts, cause);
  const advice = doNext === "" ? "" : ` ${doNext}`;
  if (tried === "") {
    return maskSecrets(unmarked(`${cameBack}${causesOf(cause)}${advice}`));
  }
  const place = where === "" ? "" : ` on ${where}`;
  const sentence = `Failed ${tried}${place}: ${trimEnd(cameBack)}${causesOf(cause)}.${advice}`;
  return maskSecrets(unmarked(sentence.replace(/\s+/g, " ").trim()));
}

/** What stood behind it, each message once. */
function causesOf(cause: unknown): string {
  const said: string[] = [];
  for (let at = cause; at instanceof Error && said.length < 5; at = at.cause) {
    const message = trimEnd(messageOf(at));
    if (message !== "" && !said.includes(message)) {
      said.push(message);
    }
  }
  return said.map((message) => ` (because: ${message})`).join("");
}

function trimEnd(text: string): string {
  return text.trim().replace(/\.+$/, "");
}
