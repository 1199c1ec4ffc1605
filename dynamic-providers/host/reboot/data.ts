import type { Host } from "../../kit/runtime.js";
import { setNoout, unsetNoout } from "../../membership/noout.js";
import { type RebootRecord, writeRecord } from "./facts.js";
import type { RestartPolicy } from "./policy.js";

/** The record says that it is the program's before it is: a flag too many in the record is taken back without harm. */
export async function keepData(
  record: RebootRecord,
  host: Host,
  policy: RestartPolicy,
): Promise<boolean> {
  const { keeper } = policy;
  if (keeper === undefined) {
    return false;
  }
  await writeRecord({ ...record, noout: true }, host);
  const { rebootDeadlineMs, quorumDeadlineMs, cephDeadlineMs } = policy;
  const seconds = Math.ceil((rebootDeadlineMs + quorumDeadlineMs + cephDeadlineMs) / 1_000);
  const ours = await setNoout(host.node, { shell: keeper, purpose: "restart", seconds });
  if (ours) {
    policy.say(
      `${host.node}: Ceph keeps its OSDs in until it is back, for ${Math.ceil(seconds / 60)} minutes at most (noout, watched by ${keeper.node})`,
    );
  }
  return ours;
}

/** By the member that watches, or by the host itself when nobody does any more: it is up again. */
export async function freeData(host: Host, { keeper = host }: RestartPolicy): Promise<void> {
  await unsetNoout(host.node, { shell: keeper, purpose: "restart" });
}

/** A host that does not come back has its data copied by Ceph, like every lost one. */
export async function givenUp(
  { noout }: RebootRecord,
  host: Host,
  { keeper }: RestartPolicy,
): Promise<string> {
  if (noout !== true || keeper === undefined) {
    return "";
  }
  return await unsetNoout(host.node, { shell: keeper, purpose: "restart" }).then(
    () => "; Ceph judges its OSDs as ever again, and copies their data when they stay away",
    () =>
      `; Ceph still keeps its OSDs in until the timer on ${keeper.node} ends that, because the flag could not be taken back now`,
  );
}
