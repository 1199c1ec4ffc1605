/**
 * The phases of the build-up, in their order: the one list of them. What knows phases reads it: hooks of the stack file, type
 * tokens of components (`area`, which stays for ever), the program, and what the command line shows.
 */
export const PHASES = [
  { name: "hosts", area: "host", title: "Hosts" },
  { name: "network", area: "network", title: "Networks" },
  { name: "cluster", area: "cluster", title: "Cluster" },
  { name: "ceph", area: "ceph", title: "Ceph" },
  { name: "storage", area: "storage", title: "Storage" },
  { name: "guests", area: "guests", title: "Guests" },
  { name: "ha", area: "ha", title: "High availability" },
  { name: "fencing", area: "fencing", title: "Fencing" },
  { name: "backup", area: "backup", title: "Backup" },
] as const;

type Phase = (typeof PHASES)[number];
export type PhaseName = Phase["name"];
export type PhaseArea = Phase["area"];

export const PHASE_NAMES: readonly PhaseName[] = PHASES.map(({ name }) => name);

/**
 * In the program's environment for a part of a run that the command line has judged: not everything is in that run, and that is meant.
 * Its value is the last phase that is declared.
 */
export const PART_VARIABLE = "PROXMOX_HA_PART";

/** The last phase of a part; undefined in a whole run. */
export function lastPhaseIn(
  env: Readonly<Record<string, string | undefined>>,
): PhaseName | undefined {
  const named = env[PART_VARIABLE] ?? "";
  const last = PHASE_NAMES.find((name) => name === named);
  if (named !== "" && last === undefined) {
    throw new Error(
      `${PART_VARIABLE} is ${named}, which is no phase. It is set by \`proxmox-ha up --phase\`; unset it.`,
    );
  }
  return last;
}
