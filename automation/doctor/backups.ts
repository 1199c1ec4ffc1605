import type { ClusterPlan } from "../../config/plan/index.js";
import { type JobHoldings, lookAtJobs } from "../../dynamic-providers/backup/holdings.js";
import type { Onlooker } from "../hosts/onlooker.js";
import { type Trouble, troubleOf } from "./trouble.js";

/** What the cluster says of its backups, or why it does not. */
export type BackupsAnswer =
  | ({ readonly told: false; readonly node: string } & Trouble)
  | {
      readonly told: true;
      readonly node: string;
      readonly jobs: ReadonlyMap<string, JobHoldings>;
      readonly unsaved: readonly string[];
    };

/** Asks one member after the other until one tells: all of them know the same. Undefined where the file has no jobs. */
export async function askForBackups(
  { backupJobs, nodes }: ClusterPlan,
  looking: Onlooker,
): Promise<BackupsAnswer | undefined> {
  const jobs = backupJobs.filter(({ keys }) => keys.enabled !== "0");
  let answer: BackupsAnswer | undefined;
  for (const { name: node, connection } of jobs.length === 0 ? [] : nodes) {
    try {
      const seen = await lookAtJobs(jobs, looking.shell(connection, "doctor"), "Look there.");
      return { told: true, node, ...seen };
    } catch (error) {
      answer ??= { told: false, node, ...troubleOf(error) };
    }
  }
  return answer;
}
