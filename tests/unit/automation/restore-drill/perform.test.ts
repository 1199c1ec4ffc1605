import { expect, it } from "vitest";
import { type Outcome, tryRestore } from "../../../../automation/restore-drill/perform.js";
import { SCRATCH } from "../../../../automation/restore-drill/scratch.js";
import type { GuestKind } from "../../../../dynamic-providers/guest/kinds.js";
import { FakeClock } from "../../dynamic-providers/pvecm/fake-cluster.js";
import { FakeNode } from "./fake-node.js";

const VOLUME = "nas-backups:backup/vzdump-qemu-120-1.vma.zst";

function drill(
  node: FakeNode,
  options: { kind?: GuestKind; interrupted?: boolean; wasCut?: boolean } = {},
) {
  const said: string[] = [];
  const interrupts = new AbortController();
  if (options.interrupted === true) {
    interrupts.abort();
  }
  const outcome = tryRestore(
    {
      guest: { kind: options.kind ?? "vm", vmid: 120, name: "db", node: "frege", bytes: 1 },
      backup: { volume: VOLUME, vmid: 120, bytes: 1, madeAtMs: 0 },
    },
    {
      looks: () => node.shell,
      changes: () => node.shell,
      step: (line) => said.push(line),
      clock: new FakeClock(),
      signal: interrupts.signal,
      wasCut: options.wasCut === true,
    },
  );
  return { said, outcome };
}
const noted = (node: FakeNode): Pick<Outcome, "isGood"> => JSON.parse(node.restores)["120"];

it("restores a guest beside everything, unplugged and without the node's devices, sees it answer and removes it", async () => {
  const node = new FakeNode();
  const outcome = await drill(node).outcome;
  expect(node.told[0]).toBe(
    `pvesh create /nodes/frege/qemu --vmid ${SCRATCH} --unique 1 --onboot 0 --protection 0 --tags proxmox-ha-drill --archive ${VOLUME}`,
  );
  expect(node.startedWith).toMatchObject({
    name: "restore-test-120",
    onboot: 0,
    net0: "virtio=BC:24:11:00:00:01,bridge=vmbr0,link_down=1",
  });
  expect(node.startedWith).not.toHaveProperty("hostpci0");
  expect(outcome).toMatchObject({
    isGood: true,
    why: expect.stringMatching(/^its agent answered \d+ s/),
  });
  expect(outcome).not.toHaveProperty("left");
  expect(node.scratch).toBeUndefined();
  expect(noted(node)).toMatchObject({ isGood: true, volume: VOLUME });
});

it("says of a guest without an agent no more than that it runs", async () => {
  const node = new FakeNode();
  node.archive = { name: "db" };
  expect(await drill(node).outcome).toMatchObject({
    isGood: true,
    why: expect.stringContaining("without an agent nothing inside was asked"),
  });
});

it("fails where what was restored stops again, and removes it", async () => {
  const node = new FakeNode();
  node.archive = { name: "db" };
  node.stopsAfterLooks = 2;
  expect(await drill(node).outcome).toMatchObject({
    isGood: false,
    why: "it was started and is stopped by now",
  });
  expect(node.scratch).toBeUndefined();
  expect(noted(node)).toMatchObject({ isGood: false });
});

it("fails where the agent never answers, with its last word", async () => {
  const node = new FakeNode();
  node.silentPings = 1_000;
  expect(await drill(node).outcome).toMatchObject({
    isGood: false,
    why: expect.stringMatching(/agent does not answer within 300 s.*not running/s),
  });
});

it("fails with the restore's own words, and nothing is started", async () => {
  const node = new FakeNode();
  node.restoring = "badly";
  expect(await drill(node).outcome).toMatchObject({
    isGood: false,
    restoredSeconds: undefined,
    why: expect.stringContaining("no room"),
  });
  expect(node.startedWith).toBeUndefined();
});

it("removes what it has restored when it is interrupted", async () => {
  const node = new FakeNode();
  expect(await drill(node, { interrupted: true }).outcome).toMatchObject({
    isGood: false,
    why: "interrupted",
  });
  expect(node.startedWith).toBeUndefined();
  expect(node.scratch).toBeUndefined();
});

it("says what it could not remove", async () => {
  const node = new FakeNode();
  node.refusesRemoval = true;
  expect(await drill(node).outcome).toMatchObject({
    isGood: true,
    left: expect.stringMatching(/vm:999999998 is still on frege.*storage is busy/s),
  });
});

it("removes what an earlier drill has left, and leaves a guest alone that somebody else gave that number", async () => {
  const node = new FakeNode();
  node.scratch = { name: "restore-test-110", tags: "lab;proxmox-ha-drill" };
  const { said, outcome } = drill(node);
  expect(await outcome).toMatchObject({ isGood: true });
  expect(said[0]).toContain("what an earlier drill has left");
  node.scratch = { name: "mine" };
  await expect(drill(node).outcome).rejects.toThrow(/not one of a drill/);
  expect(node.scratch).toEqual({ name: "mine" });
});

it("removes what a node has left that went down in the middle of a drill's restore, lock and all", async () => {
  const node = new FakeNode();
  node.scratch = { lock: "create" };
  await expect(drill(node).outcome).rejects.toThrow(/not one of a drill/);
  expect(await drill(node, { wasCut: true }).outcome).toMatchObject({ isGood: true });
  expect(node.told).toContainEqual(expect.stringMatching(/^delete .*--skiplock 1/));
});

it.each<[string, Record<string, string>]>([
  ["nothing but a lock", { lock: "create", digest: "1" }],
  ["nothing at all, as a restore that ended badly leaves it", { digest: "1" }],
])("knows a machine with %s as its own where a drill was cut", async (_what, scratch) => {
  const node = new FakeNode();
  node.scratch = scratch;
  await expect(drill(node).outcome).rejects.toThrow(/not one of a drill/);
  expect(await drill(node, { wasCut: true }).outcome).toMatchObject({ isGood: true });
});

it("puts a container onto the storage that it was saved from, and unlocks one that is left", async () => {
  const node = new FakeNode();
  node.archive = { hostname: "db" };
  node.scratch = { lock: "create", tags: "proxmox-ha-drill" };
  expect(await drill(node, { kind: "container" }).outcome).toMatchObject({ isGood: true });
  expect(node.told[0]).toBe("unlock");
  expect(node.told.find((one) => one.startsWith("pvesh create"))).toMatch(
    /\/nodes\/frege\/lxc .*--ostemplate \S+ --restore 1 --storage ceph-cts$/,
  );
});
