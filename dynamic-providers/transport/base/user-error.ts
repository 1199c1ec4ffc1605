import { maskSecrets } from "./secret.js";

/** The four things that a person needs in order to act on a failure. */
export interface Failure {
  /** What the program was doing: "writing /etc/hosts". */
  readonly tried: string;
  /** Host, endpoint or file: "frege (10.203.3.11)". */
  readonly where: string;
  readonly cameBack: string;
  readonly doNext: string;
}

/** A failure of the world. Whatever else is thrown is a fault of the program and is shown with its stack. */
export class UserError extends Error implements Failure {
  override readonly name: string = "UserError";
  readonly tried: string;
  readonly where: string;
  readonly cameBack: string;
  readonly doNext: string;

  constructor(failure: Failure, options?: { readonly cause?: unknown }) {
    super(renderFailure(failure, options?.cause), options);
    this.tried = failure.tried;
    this.where = failure.where;
    this.cameBack = failure.cameBack;
    this.doNext = failure.doNext;
  }
}

/** Finds the user's error in whatever was thrown; domain modules may throw their own class of the same shape. */
export function asUserError(thrown: unknown): UserError | undefined {
  if (thrown instanceof UserError) {
    return thrown;
  }
  if (!(thrown instanceof Error) || thrown.name !== "StepFailure") {
    return undefined;
  }
  const text = (key: string): string => {
    const value: unknown = Reflect.get(thrown, key);
    return typeof value === "string" ? value : "";
  };
  return new UserError(
    {
      tried: text("tried"),
      where: text("node"),
      cameBack: text("cameBack"),
      doNext: text("doNext"),
    },
    { cause: thrown.cause },
  );
}

/** What reaches the user: one paragraph for failures of the world, message and stack for our own faults. */
export function describeThrown(thrown: unknown): string {
  const known = asUserError(thrown);
  if (known !== undefined) {
    return known.message;
  }
  const detail = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
  const causes = thrown instanceof Error ? causeChain(thrown.cause) : "";
  return maskSecrets(
    `This is a fault in proxmox-ha itself, please report it with this text: ${detail}${causes}`,
  );
}

function renderFailure(failure: Failure, cause: unknown): string {
  const place = failure.where === "" ? "" : ` on ${failure.where}`;
  const sentence = `Failed ${failure.tried}${place}: ${trimEnd(failure.cameBack)}${causeChain(cause)}.`;
  return maskSecrets(`${sentence} ${failure.doNext}`.replace(/\s+/g, " ").trim());
}

function causeChain(cause: unknown): string {
  const said: string[] = [];
  for (let at = cause; at instanceof Error && said.length < 5; at = at.cause) {
    const message = at instanceof AggregateError ? at.errors.map(messageOf).join(", ") : at.message;
    if (message !== "" && !said.includes(trimEnd(message))) {
      said.push(trimEnd(message));
    }
  }
  return said.map((message) => ` (because: ${message})`).join("");
}

/** The message of whatever was thrown. */
export function messageOf(thrown: unknown): string {
  if (thrown instanceof AggregateError) {
    return thrown.errors.map(messageOf).join(", ");
  }
  return thrown instanceof Error ? thrown.message : String(thrown);
}

function trimEnd(text: string): string {
  return text.trim().replace(/\.+$/, "");
}
