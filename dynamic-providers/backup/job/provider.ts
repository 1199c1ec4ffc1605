import { type ApiFacts, callOf, type ObjectStep, planObject } from "../../datacenter/api-object.js";
import { defineProvider } from "../../kit/define-provider.js";
import type { Context } from "../../kit/runtime.js";
import { announceTakingOver } from "../../kit/taking-over.js";
import { together } from "../../shell/together.js";
import { ask } from "../../transport/pvesh/ask.js";
import { ALL_JOBS, JOBS } from "../jobs.js";
import { whomNobodySaves } from "../whom-nobody-saves.js";
import { type BackupJobInputs, backupJobInputs } from "./schema.js";

const LOOK_MS = 30_000;
const CHANGE_MS = 60_000;

/** A scheduled backup, key by key: the native resource knows of no taking over, and others' keys stay. */
export const backupJob = defineProvider<BackupJobInputs, BackupJobInputs, ApiFacts, ObjectStep>({
  kind: "backup/job",
  schemaVersion: 1,
  inputs: backupJobInputs,
  state: backupJobInputs,
  identity: ["cluster", "job"],
  deadlineMs: 120_000,
  subject: ({ job }) => `backup job ${job}`,
  id: ({ cluster, job }) => `${cluster}/backup/${job}`,
  remember: (inputs) => inputs,
  observe,
  plan: (wanted, facts, before) =>
    planObject(
      wanted === undefined ? undefined : objectOf(wanted),
      facts,
      before === undefined ? undefined : objectOf(before),
    ),
  async foresee(before, wanted, context) {
    if (before !== undefined) {
      return;
    }
    // A cluster that is yet to be formed has no jobs.
    const facts = await observe(wanted, context).catch(() => null);
    if (facts !== null) {
      const changes = planObject(objectOf(wanted), facts, undefined);
      announceTakingOver(`backup job ${wanted.job}`, changes, wanted, context);
    }
  },
  async apply(changes, state, context) {
    await ask(
      context.host(state.connection),
      changes.map(({ step }) => callOf(step)),
      {
        verb: `set backup job ${state.job}`,
        timeoutMs: CHANGE_MS,
        tried: `to set the backup job ${state.job}`,
        doNext: "Mend what is named, then run `pulumi up` again.",
      },
    );
    if (changes.some(({ kind }) => kind === "remove")) {
      context.log.say(
        `the backup job ${state.job} is gone: ${state.saves}, ${state.keys.schedule ?? "at no time"}. What it has saved stays.`,
      );
      // The gate has measured before this job went.
      await whomNobodySaves(
        state.connection,
        context,
        "The job is gone. Look at `pvecm status` there, then run `pulumi up` again.",
      );
    }
  },
});

const objectOf = ({ job, keys }: BackupJobInputs) => ({
  path: `/cluster/backup/${job}`,
  made: { at: "/cluster/backup", name: job, key: "id" },
  keys,
});

async function observe({ job, connection }: BackupJobInputs, context: Context): Promise<ApiFacts> {
  const host = context.host(connection);
  const seen = context.refreshes === true ? together(host, ALL_JOBS) : host;
  const said = await ask(seen, [JOBS], {
    verb: "look at the backup jobs",
    timeoutMs: LOOK_MS,
    tried: `to look at the backup job ${job}`,
    doNext:
      "The node that is asked must be up and the cluster quorate: look at `pvecm status` there.",
  });
  return said.of(JOBS).find(({ id }) => id === job) ?? null;
}
