import { Failure } from "../../../config/failure/failure.js";
import { defineGate } from "../../kit/gate.js";
import type { Context } from "../../kit/runtime.js";
import { type JobHoldings, lookAtJobs, proofIn } from "../holdings.js";
import { saveOnce } from "../save-once.js";
import { whomNobodySaves } from "../whom-nobody-saves.js";
import {
  type BackupGateInputs,
  type BackupGateOutputs,
  backupGateInputs,
  backupGateOutputs,
} from "./schema.js";

const DO_NEXT =
  "Look at `pvesm status` and at the tasks of the named node, then run `pulumi up` again.";

/** A job that has never saved anything is a hope: the smallest guest of each is saved once, unless a backup of one is there. */
export const backupGate = defineGate<BackupGateInputs, BackupGateOutputs>({
  kind: "backup/gate",
  schemaVersion: 1,
  inputs: backupGateInputs,
  outputs: backupGateOutputs,
  // A backup goes on by itself; whoever waits longer than this looks at the network or the storage.
  deadlineMs: 6 * 3_600_000,
  everyMs: 5_000,
  subject: () => "each backup job has saved a guest",
  id: ({ cluster }) => `${cluster}/backups`,
  async measure(inputs, context) {
    const proofs: Record<string, string> = {};
    const saw: string[] = [];
    for (const { name } of inputs.jobs) {
      const volume = await prove(name, inputs, context);
      if (volume === undefined) {
        saw.push(`${name} saves nobody yet`);
      } else {
        proofs[name] = volume;
        saw.push(`${name}: ${volume}`);
      }
    }
    const unsaved = await whomNobodySaves(inputs.connection, context, DO_NEXT);
    if (unsaved.length > 0) {
      saw.push(`no job saves ${unsaved.join(", ")}`);
    }
    return { met: true, saw, proofs, unsaved };
  },
  doNext: () => DO_NEXT,
});

/** One after the other, because what the first has saved may prove the next one too. */
async function prove(
  name: string,
  { connection, members, jobs }: BackupGateInputs,
  context: Context,
): Promise<string | undefined> {
  const look = async (): Promise<JobHoldings> => {
    const wanted = jobs.filter((job) => job.name === name);
    const seen = await lookAtJobs(wanted, context.host(connection), DO_NEXT);
    return seen.jobs.get(name) ?? { guests: [], backups: [] };
  };
  const before = await look();
  const [guest] = before.guests;
  if (guest === undefined) {
    return undefined;
  }
  const there = proofIn(before);
  if (there !== undefined) {
    return there.volume;
  }
  const log = await saveOnce(name, guest, connection, members[guest.node], context);
  const made = proofIn(await look());
  if (made === undefined || made.bytes === 0) {
    throw new Failure("failed", {
      tried: `to save guest ${guest.name} (${guest.vmid}) by the backup job ${name}`,
      where: guest.node,
      cameBack: `the task ended well, and ${made === undefined ? "no backup is listed" : `${made.volume} is empty`}; its log ends with: ${log.trim().split("\n").slice(-3).join(" | ")}`,
      doNext: DO_NEXT,
    });
  }
  context.log.say(
    `the backup job ${name} has saved guest ${guest.name} (${guest.vmid}): ${made.volume}`,
  );
  return made.volume;
}
