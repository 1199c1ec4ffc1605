import { writeFileSync } from "node:fs";
import path from "node:path";
import { z } from "zod";
import { expectDone } from "../../../twin/testing/index.js";
import { earlier, LEFT, type Recorded } from "../../support/earlier-state.js";
import type { ProgramTwin } from "./program-twin.js";

const record = z.record(z.string(), z.unknown());
const resource = z.looseObject({ urn: z.string(), type: z.string() });
const exported = z.looseObject({
  deployment: z.looseObject({ resources: z.array(resource) }),
});

/** What version 0.1.0 called otherwise; its names stand in types and URNs. */
const FORMER_NAMES = [
  [/proxmox-ha:storage:Storage\b/g, "proxmox-ha:storage:NfsStorage"],
  [/dynamic\/native:/g, "dynamic/pvesm:"],
] as const;

/** What only this cluster can know: no two twins have the same. */
const OF_ITS_OWN = ["apiToken", "bootId", "fingerprint"];

/**
 * The state of a formed cluster as version 0.1.0 would have written it: inputs and outputs of every dynamic resource are those that it
 * did write, from the fixture. Native resources never had another shape.
 */
export function asEarlierState(text: string): string {
  const renamed = FORMER_NAMES.reduce((state, [now, then]) => state.replace(now, then), text);
  const state = exported.parse(JSON.parse(renamed));
  const kept = new Map(earlier.resources.map((one) => [one.urn, one]));
  // Its fencing was a component with nothing below it.
  const then = state.deployment.resources.filter(({ urn }) => !urn.includes(`${LEFT}$`));
  const resources = then.map((one) => {
    const before = kept.get(one.urn);
    kept.delete(one.urn);
    return before?.type.startsWith("pulumi-nodejs:dynamic/") ? asBefore(one, before) : one;
  });
  const left = [...kept.values()];
  const more = left.filter(({ type }) => type !== LEFT);
  if (more.length > 0) {
    throw new Error(`version 0.1.0 had more: ${more.map(({ urn }) => urn).join(", ")}`);
  }
  return JSON.stringify({
    ...state,
    deployment: { ...state.deployment, resources: [...resources, ...left] },
  });
}

function asBefore(now: z.output<typeof resource>, before: Recorded): z.output<typeof resource> {
  const outputs = record.parse(now.outputs ?? {});
  const own = OF_ITS_OWN.filter((name) => name in before.outputs);
  return {
    ...now,
    inputs: before.inputs,
    outputs: {
      ...before.outputs,
      ...Object.fromEntries(own.map((name) => [name, outputs[name]])),
    },
  };
}

/** What version 0.1.0 never put on a host; on one that this version made it is, and it is on record there. */
const NEW_FILE = "/etc/modprobe.d/proxmox-ha-watchdog.conf";
const WITHOUT_IT = `for one in /var/lib/proxmox-ha/files/*/*/path; do
  if grep -qxF ${NEW_FILE} "$one"; then rm -r "$(dirname "$one")"; fi
done
rm -f ${NEW_FILE}
# Two consoles of FRR were open then; the daemon reads its options when it starts.
sed -i '/^\\(staticd\\|mgmtd\\)_options=/d' /etc/frr/daemons`;

/** Makes hosts and program forget what version 0.1.0 did not know, and in what shape the state was written. */
export async function goBackToEarlierState(
  twin: ProgramTwin,
  nodes: readonly string[],
): Promise<void> {
  await Promise.all(nodes.map((node) => twin.on(node, WITHOUT_IT)));
  const file = path.join(twin.folder, "earlier.json");
  writeFileSync(file, asEarlierState(await twin.exportedState()), { mode: 0o600 });
  const done = await twin.startPulumi(["stack", "import", "--file", file]).finished;
  expectDone(done, "stack import");
}
