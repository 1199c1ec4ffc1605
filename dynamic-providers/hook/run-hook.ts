import { Failure } from "../../config/failure/failure.js";
import type { FailureKind } from "../../config/failure/kind.js";
import { placeOf, type SshConnection } from "../transport/ssh/connection.js";
import { type EndOfCommand, runHere } from "./here.js";
import type { HookRequest } from "./schema.js";
import { runThere } from "./there.js";

/** Runs one hook to its end; anything but exit status 0 is an error that says which hook it was and what waits for it. */
export async function runHook(command: string, request: HookRequest): Promise<void> {
  const { connection, deadlineMs, folder } = request;
  const end =
    connection === undefined
      ? await runHere(command, folder, deadlineMs)
      : await there(command, connection, request);
  if (end.late) {
    const words = endOfOutput(end);
    throw failure(
      command,
      request,
      `it was ended because it took longer than ${deadlineMs / 1_000} s${words === "" ? "" : `; its last words: ${words}`}`,
    );
  }
  if (end.status !== 0) {
    throw failure(command, request, ending(end));
  }
}

/** A node that cannot be asked is a failure of the hook too, and the message says which. */
async function there(
  command: string,
  connection: SshConnection,
  request: HookRequest,
): Promise<EndOfCommand> {
  try {
    return await runThere(command, connection, request);
  } catch (thrown) {
    if (!(thrown instanceof Failure)) {
      throw thrown;
    }
    const { kind, tried, cameBack, doNext } = thrown;
    throw failure(command, request, `${tried}: ${cameBack}. ${doNext}`, kind);
  }
}

function failure(
  command: string,
  request: HookRequest,
  cameBack: string,
  kind: FailureKind = "failed",
): Failure {
  const { when, phase, place, connection } = request;
  const waits =
    when === "before"
      ? `Nothing of the phase ${phase} was started.`
      : `The phase ${phase} is done; the phases behind it wait.`;
  return new Failure(kind, {
    tried: `to run the hook ${place} (${when} the phase ${phase}): \`${shortened(command)}\``,
    where: connection === undefined ? "the controller" : placeOf(connection),
    cameBack,
    doNext: `${waits} Mend the command or what it needs, then run \`pulumi up\` again: it runs this hook anew, and those that ended well not again. \`deadlines.command\` says how long a hook may take.`,
  });
}

const SHOWN_CHARACTERS = 120;

function shortened(command: string): string {
  const line = command.replace(/\s+/g, " ").trim();
  return line.length > SHOWN_CHARACTERS ? `${line.slice(0, SHOWN_CHARACTERS)}…` : line;
}

const SHOWN_LINES = 6;

function ending(end: EndOfCommand): string {
  const { status, signal } = end;
  const words = endOfOutput(end);
  const how = status === undefined ? `ended by ${signal ?? "a signal"}` : `exit status ${status}`;
  return words === "" ? how : `${words} (${how})`;
}

function endOfOutput({ stdout, stderr }: EndOfCommand): string {
  return `${stdout}\n${stderr}`
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "")
    .slice(-SHOWN_LINES)
    .join(" | ");
}
