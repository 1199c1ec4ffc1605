import { describe, expect, it } from "vitest";
import { PreviewView } from "../../automation/engine/preview-view.js";
import { medians } from "../../automation/engine/step-times.js";
import { groundsOf } from "../../automation/preview/grounds.js";
import { previewAnswer } from "../../automation/preview/schema.js";
import type { ClusterInput } from "../../config/schema/cluster.js";
import { SOON } from "../support/days.js";
import { STACKS, type Stack, sectionOf, specOf } from "../unit/config/plan/stacks.js";
import { previewEvents } from "./preview-events.js";
import { type Run, runProgram } from "./recording.js";

const TODAY = new Date().toISOString().slice(0, 10);

/** pve1's secrets without the network that they are read over. */
const WITHOUT_STORE: Partial<Record<Stack, Partial<ClusterInput>>> = {
  pve1: {
    storage: {
      "pbs-pve1": {
        pbs: {
          server: "10.30.0.50",
          datastore: "pve1",
          user: "pve1@pbs!backup",
          password: { pulumi: "pbs" },
          encryptionKey: { pulumi: "key" },
        },
        content: ["backup"],
      },
    },
  },
};
const SECRETS = { "proxmox-ha:pbs": "value-of-the-token", "proxmox-ha:key": "value-of-the-key" };

/** One edit of each file, for what is grave or usual in it. */
const EDITS: Readonly<Record<Stack, (section: Readonly<Record<string, unknown>>) => object>> = {
  frege: ({ base, guests }) => ({
    base: { ...part(base), dns: ["10.203.3.2"] },
    guests: {
      "test-vm": {
        ...part(part(guests)["test-vm"]),
        memory: "4GiB",
        disks: [{ storage: "nfs-vms", size: "64GiB" }],
      },
    },
  }),
  gtr7: ({ networks }) => ({
    networks: { ...part(networks), ring: { ...part(part(networks).ring), mtu: 9000 } },
  }),
  homelab: ({ guests }) => {
    const { "media-server": _gone, ...left } = part(guests);
    return { guests: left, consent: { "guest.media-server": SOON } };
  },
  pve1: ({ base }) => ({ base: { ...part(base), kernelParameters: ["pcie_aspm=off"] } }),
};

const part = (value: unknown): Readonly<Record<string, unknown>> => ({ ...Object(value) });

const TIMES = medians([
  { stack: "any", action: "create", kind: "host/Packages", name: "one", seconds: 95 },
  { stack: "any", action: "create", kind: "pvecm/Member", name: "one", seconds: 21 },
  { stack: "any", action: "update", kind: "guest/Vm", name: "one", seconds: 8.4 },
  { stack: "any", action: "update", kind: "host/Files", name: "one", seconds: 2.1 },
]);

async function run(stack: Stack, changes: object = {}): Promise<Run> {
  return await runProgram(stack, {
    preview: true,
    changes: { ...WITHOUT_STORE[stack], ...changes },
    config: stack === "pve1" ? SECRETS : {},
  });
}

function previewOf(stack: Stack, changes: object, now: Run, before?: Run) {
  const spec = specOf(stack, { ...WITHOUT_STORE[stack], ...changes });
  const view = new PreviewView(() => groundsOf(spec, { today: TODAY, diff: true }));
  view.expect(TIMES);
  for (const event of previewEvents(now, before)) {
    view.lines(event);
  }
  return view;
}

/** Without the plan in words, which has snapshots of its own, and the days of this run. */
function screenOf(view: PreviewView): string {
  const [, steps = ""] = view.closing().join("\n").split("\nWhat `up` would do\n");
  return steps.replaceAll(SOON, "<soon>").replaceAll(TODAY, "<today>");
}

describe.each(STACKS)("a preview of stack %s", (stack) => {
  it("tells a first run by phase and node, with risks, gates, and what is there before and after", async () => {
    const view = previewOf(stack, {}, await run(stack));
    const [steps] = screenOf(view).split("\nFiles\n");
    expect(steps).toMatchSnapshot();
  });

  it("tells an edit of the file with what it asks for, and the texts that it changes", async () => {
    const edit = EDITS[stack](sectionOf(stack));
    const before = await run(stack);
    const view = previewOf(stack, edit, await run(stack, edit), before);
    expect(screenOf(view)).toMatchSnapshot();
  });

  it("tells programs the same in the shape that the documented schema has", async () => {
    const view = previewOf(stack, {}, await run(stack));
    const answer = {
      status: 4,
      verb: "preview",
      stack,
      changes: { create: 80 },
      errors: [],
      seconds: 12.5,
      outputs: {},
      runLog: "/state/runs/one.jsonl",
      ...view.details(),
    };
    const told: unknown = JSON.parse(JSON.stringify(answer));
    expect(previewAnswer.parse(told)).toEqual(told);
    expect(view.details().steps.length).toBeGreaterThan(30);
    expect(JSON.stringify(told)).not.toContain(SECRETS["proxmox-ha:pbs"]);
  });
});
