import { UserError } from "../../dynamic-providers/transport/base/user-error.js";
import { placeOf } from "../../dynamic-providers/transport/ssh/connection.js";
import type { RunResult } from "../../dynamic-providers/transport/ssh/run-options.js";
import { runHere } from "./here.js";
import type { HookRequest } from "./request.js";
import { runThere } from "./there.js";

/** Runs one hook to its end; anything but exit status 0 is an error that says which hook it was and what waits for it. */
export async function runHook(command: string, request: HookRequest): Promise<void> {
  const { connection, deadlineMs, folder } = request;
  if (connection !== undefined) {
    refuseFailure(await runThere(command, connection, request), command, request);
    return;
  }
  const end = await runHere(command, folder, deadlineMs);
  if (end.late) {
    throw failure(
      command,
      request,
      `it was ended because it took longer than ${deadlineMs / 1_000} s`,
    );
  }
  refuseFailure(end, command, request);
}

function refuseFailure(result: RunResult, command: string, request: HookRequest): void {
  if (result.status !== 0) {
    throw failure(command, request, ending(result));
  }
}

function failure(command: string, request: HookRequest, cameBack: string): UserError {
  const { when, phase, place, connection } = request;
  const waits =
    when === "before"
      ? `Nothing of the phase ${phase} was started.`
      : `The phase ${phase} is done; the phases behind it wait.`;
  return new UserError({
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

/** The last lines of what a command said and how it ended. */
function ending({ status, signal, stdout, stderr }: RunResult): string {
  const words = `${stdout}\n${stderr}`
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "")
    .slice(-SHOWN_LINES)
    .join(" | ");
  const end = status === undefined ? `ended by ${signal ?? "a signal"}` : `exit status ${status}`;
  return words === "" ? end : `${words} (${end})`;
}
