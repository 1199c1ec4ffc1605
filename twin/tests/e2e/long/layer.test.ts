import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { RunningTwin, start, statusOf } from "../../../testing/index.js";

const repository = path.resolve(__dirname, "..", "..", "..", "..");
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), "proxmox-ha-layer-"));
  const tree = path.join(folder, "tree");
  cpSync(path.join(repository, "twin", "pve", "rootfs"), tree, {
    recursive: true,
    verbatimSymlinks: true,
  });
  mkdirSync(path.join(tree, "usr/share/own-layer"), { recursive: true });
  writeFileSync(path.join(tree, "usr/share/own-layer/mark"), "somebody else's\n");
  const packed = await start(["tar", "-C", tree, "-czf", path.join(folder, "layer.tar.gz"), "."])
    .finished;
  expect(packed.status, packed.stderr).toBe(0);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it.each(["tree", "layer.tar.gz"])(
  "a Proxmox layer of one's own is laid over the hosts: %s",
  async (source) => {
    const layer = path.join(folder, source);
    const before = process.env.PROXMOX_HA_PVE_LAYER;
    process.env.PROXMOX_HA_PVE_LAYER = layer;
    let twin: RunningTwin | undefined;
    try {
      twin = await RunningTwin.up("layer");
      expect((await statusOf(twin)).layer).toBe(layer);
      expect(await twin.on("russell", "cat /usr/share/own-layer/mark")).toBe("somebody else's\n");
      expect(await twin.on("russell", "pveversion")).toMatch(/^pve-manager\/9\./);
    } finally {
      if (before === undefined) delete process.env.PROXMOX_HA_PVE_LAYER;
      else process.env.PROXMOX_HA_PVE_LAYER = before;
      await twin?.down();
    }
  },
);
