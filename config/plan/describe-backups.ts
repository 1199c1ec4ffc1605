import type { ClusterPlan } from "./cluster.js";
import { columns, plural } from "./describe-text.js";
import type { StoragePlan } from "./storage.js";

export function describeBackups({ backupJobs, guests, storages }: ClusterPlan): string[] {
  const unsaved = guests.filter(({ sid }) => !backupJobs.some((job) => job.guests.includes(sid)));
  return [
    ...columns(
      backupJobs.map(({ name, storage, keys, guests: saved, saves, isEnabled, isProved }) => [
        `job ${name}`,
        isEnabled ? (keys.schedule ?? "") : "switched off",
        `${saves} to ${storage}`,
        `${plural(saved.length, "guest")} of this file`,
        keeps(
          keys["prune-backups"],
          storages.find(({ id }) => id === storage),
        ),
        isProved ? "its smallest guest is saved at once if nothing is saved yet" : "not tried",
      ]),
    ),
    ...(unsaved.length === 0
      ? []
      : [`no job saves ${unsaved.map(({ name, sid }) => `${name} (${sid})`).join(", ")}`]),
  ];
}

function keeps(ofJob: string | undefined, storage: StoragePlan | undefined): string {
  if (ofJob !== undefined) {
    return ofJob.replaceAll(",", " ");
  }
  if (storage?.prune !== undefined) {
    return "keeps what the storage's rule says";
  }
  return storage?.type === "pbs" ? "the backup server keeps by its own rule" : "keeps everything";
}
