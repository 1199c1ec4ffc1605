import { Failure } from "../../config/failure/failure.js";
import { gib } from "../../config/findings/figures.js";
import type { Context } from "../kit/runtime.js";
import { runJob } from "../shell/job.js";
import { ask } from "../transport/pvesh/ask.js";
import { apiPath } from "../transport/pvesh/endpoints.js";
import { shownTask } from "../transport/pvesh/shown-task.js";
import type { SshConnection } from "../transport/ssh/connection.js";
import type { SavedGuest } from "./holdings.js";
import { JOBS } from "./jobs.js";

const TOLD_EVERY_MS = 60_000;
/** What a job hands to its backups as it stands. */
const HANDED = ["storage", "compress", "notes-template", "fleecing", "bwlimit"] as const;

/**
 * Saves one guest as the job would, on the guest's own node, whoever waits for it. Nothing is pruned by it. A job that shuts its guests down
 * for their backup saves this one while it runs: nobody has asked for a shutdown now.
 */
export async function saveOnce(
  job: string,
  guest: SavedGuest,
  founder: SshConnection,
  member: SshConnection | undefined,
  context: Context,
): Promise<string> {
  const purpose = {
    tried: `to save guest ${guest.name} (${guest.vmid}) by the backup job ${job}`,
    doNext: "Mend what is named, then run `pulumi up` again.",
  };
  const said = await ask(context.host(founder), [JOBS], {
    ...purpose,
    verb: "look at the backup jobs",
    timeoutMs: 30_000,
  });
  const settings = said.of(JOBS).find(({ id }) => id === job);
  if (settings === undefined || member === undefined) {
    throw new Failure("failed", {
      ...purpose,
      where: guest.node,
      cameBack:
        settings === undefined
          ? "the job is not on the cluster any more"
          : `the guest runs on ${guest.node}, which is no node of this file`,
    });
  }
  context.log.say(
    `nothing that the backup job ${job} saves is on ${String(settings.storage)} yet: its smallest guest ${guest.name} (${guest.vmid}, ${gib(guest.bytes)}) is saved now, to prove it`,
  );
  const parameters = Object.fromEntries(
    HANDED.flatMap((key) => (typeof settings[key] === "string" ? [[key, settings[key]]] : [])),
  );
  let toldAt = context.clock.now();
  return await runJob(
    {
      unit: `proxmox-ha-backup-${job}`,
      doing: `saving guest ${guest.name} (${guest.vmid}) by the backup job ${job}`,
      script: shownTask("create", apiPath("create", `/nodes/${guest.node}/vzdump`), {
        vmid: guest.vmid,
        ...parameters,
        mode: settings.mode === "suspend" ? "suspend" : "snapshot",
        remove: false,
      }),
      deadlineMs: context.deadlineAt - context.clock.now(),
      told: (log) => {
        if (context.clock.now() - toldAt >= TOLD_EVERY_MS) {
          toldAt = context.clock.now();
          context.log.say(
            `the backup of guest ${guest.name} goes on: ${log.trim().split("\n").at(-1) ?? ""}`,
          );
        }
      },
    },
    context.host(member),
    context.clock,
  );
}
