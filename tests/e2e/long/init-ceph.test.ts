import { existsSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { loadStack } from "../../../config/load/index.js";
import { closeAll, expectDone, type Finished, OwnStack } from "../../../twin/testing/index.js";
import { ProgramTwin } from "../support/program-twin.js";

/** A cluster with Ceph, of which `init` writes a file in a folder without any. */
const stack = new OwnStack(
  path.resolve(__dirname, "..", "..", "fixtures", "stacks", "Pulumi.trio.yaml"),
);
const folder = mkdtempSync(path.join(tmpdir(), "init-ceph-"));
const HOSTS = { adele: "10.30.0.11", berta: "10.30.0.12", clara: "10.30.0.13" };
let twin: ProgramTwin;

beforeAll(async () => {
  stack.write();
  twin = await ProgramTwin.up("initceph", "trio");
  await twin.runUp();
});
afterAll(() => closeAll(twin, stack, folder));

/** Everything of Ceph that a file speaks of. */
const traces = () =>
  twin.on(
    "adele",
    "ceph osd tree -f plain; ceph osd pool get vm-disks all; ceph osd pool get-quota vm-disks -f json; ceph osd crush rule dump; ceph mon dump 2>/dev/null | grep mon; ceph fs ls; ceph config dump; cat /etc/pve/ceph.conf /etc/pve/storage.cfg",
  );

const say = (words: readonly string[]) =>
  twin.say(words, {
    PROXMOX_HA_PROJECT: folder,
    LAST_KEY: readFileSync(path.join(twin.programFolder, "stacks", "trio", "id_ed25519"), "utf8"),
    AGAIN_ROOT_PASSWORD: "none is taken any more",
  });

/**
 * Hosts of a twin see the memory of one machine, on which three with Ceph are often too many for the rules. Then the text is shown, and
 * written by hand with the memory that the file of before had.
 */
function enlarged({ status, stdout, stderr }: Finished): string {
  const file = path.join(folder, "Pulumi.again.yaml");
  const shown = /^# Begun by .*?(?=^This makes no stack file)/ms.exec(stderr)?.[0];
  const text = existsSync(file) ? readFileSync(file, "utf8") : shown;
  if (text === undefined) {
    throw new Error(`init ended with status ${status}: ${stdout}${stderr}`);
  }
  const larger = text.replaceAll(/memory: \d+GiB/g, "memory: 96GiB");
  writeFileSync(file, larger);
  return larger;
}

it("says all of a Ceph that stands, and is taken over without a change", async () => {
  const before = await traces();
  const pins = await Promise.all(
    Object.keys(HOSTS).map(async (node) => {
      const shown = await twin.on(node, "ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub");
      return /SHA256:\S+/.exec(shown)?.[0] ?? shown;
    }),
  );
  const words = ["init", "again", "--from", ...Object.values(HOSTS), "--host-key", ...pins];
  const text = enlarged(await say([...words, "--key", "env:LAST_KEY"]));
  const { spec } = loadStack({ file: "Pulumi.again.yaml", text });
  expect(spec?.ceph, text).toMatchObject({
    release: "squid",
    publicNetwork: "management",
    metadataServers: ["adele", "berta"],
    pools: { "vm-disks": { size: 3, minSize: 2, class: "nvme", quota: 5e9 } },
    filesystems: { shared: { content: ["iso", "snippets"] } },
    downOutInterval: 900_000,
    recovery: { priority: "guests", backfills: 2 },
  });
  for (const node of Object.keys(HOSTS)) {
    expect(spec?.ceph?.osds.nodes[node]?.map(({ device }) => device)).toEqual([
      expect.stringMatching(/^\/dev\/disk\/by-id\//),
      expect.stringMatching(/^\/dev\/disk\/by-id\//),
    ]);
  }
  expectDone(await say(["up", "again", "--no-screen"]), `up of\n${text}`);
  expect(await traces()).toBe(before);
  expect((await say(["preview", "again"])).status).toBe(0);
});
