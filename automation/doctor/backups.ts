import type { ClusterPlan } from "../../config/plan/index.js";
import { type JobHoldings, lookAtJobs } from "../../dynamic-providers/backup/holdings.js";
import { ask } from "../../dynamic-providers/transport/pvesh/ask.js";
import type { Onlooker } from "../hosts/onlooker.js";
import { RESTORES, type Restores } from "../restore-drill/record.js";
import { type Trouble, troubleOf } from "./trouble.js";

/** What the cluster says of its backups, or why it does not. */
export type BackupsAnswer =
  | ({ readonly told: false; readonly node: string } & Trouble)
  | {
      readonly told: true;
      readonly node: string;
      readonly jobs: ReadonlyMap<string, JobHoldings>;
      readonly unsaved: readonly string[];
      /** The last restore of each guest that a drill has tried. */
      readonly restores: Restores;
    };

/** Asks one member after the other until one tells: all of them know the same. Undefined where the file has no jobs. */
export async function askForBackups(
  { backupJobs, nodes }: ClusterPlan,
  looking: Onlooker,
): Promise<BackupsAnswer | undefined> {
  const jobs = backupJobs.filter(({ isEnabled }) => isEnabled);
  let answer: BackupsAnswer | undefined;
  for (const { name: node, connection } of jobs.length === 0 ? [] : nodes) {
    try {
      const shell = looking.shell(connection, "doctor");
      const [seen, said] = await Promise.all([
        lookAtJobs(jobs, shell, "Look there."),
        ask(shell, [RESTORES], {
          verb: "look which restores were tried",
          timeoutMs: 30_000,
          tried: "to see which restores were tried",
          doNext: "",
        }),
      ]);
      return { told: true, node, ...seen, restores: said.of(RESTORES) };
    } catch (error) {
      answer ??= { told: false, node, ...troubleOf(error) };
    }
  }
  return answer;
}
