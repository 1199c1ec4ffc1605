import { describe, expect, it } from "vitest";
import { type MachineProbe, obstaclesOf } from "../../../../engines/container/obstacles.js";

const GIB = 2 ** 30;
const machine = (differences: Partial<MachineProbe> = {}): MachineProbe => ({
  platform: "linux",
  isRoot: true,
  hasTool: async () => true,
  mayMakeNamespaces: async () => true,
  missingKernelParts: async () => [],
  room: () => ({ folder: "/var/cache", freeBytes: 20 * GIB }),
  ...differences,
});

describe("what stands in the way of a twin", () => {
  it("is nothing on a machine that has all", async () => {
    expect(await obstaclesOf(machine())).toEqual([]);
  });

  it("is another operating system, or another user, before anything else is asked", async () => {
    const asked = async () => {
      throw new Error("nobody should ask");
    };
    const rest = { hasTool: asked, mayMakeNamespaces: asked, missingKernelParts: asked };
    expect(await obstaclesOf(machine({ platform: "darwin", ...rest }))).toEqual([
      expect.stringMatching(/this is darwin; use a Linux machine/),
    ]);
    expect(await obstaclesOf(machine({ isRoot: false, ...rest }))).toEqual([
      expect.stringMatching(/only root may do; run it with sudo/),
    ]);
  });

  it("is every missing package at once, with the command that installs them", async () => {
    const hasTool = async (tool: string) => tool !== "nft" && tool !== "mmdebstrap";
    expect(await obstaclesOf(machine({ hasTool }))).toEqual([
      "these Debian packages are missing: mmdebstrap nftables; run `npm run setup`",
    ]);
  });

  it("is each part that the kernel lacks", async () => {
    const missingKernelParts = async () => ["bridges (bridge)", "overlay file systems (overlay)"];
    const found = await obstaclesOf(machine({ missingKernelParts }));
    expect(found).toHaveLength(2);
    expect(found[0]).toBe(
      "this machine's kernel offers no bridges (bridge); load the module, or use a machine that has it",
    );
  });

  it("is a root without rights, who is not asked for what the kernel has", async () => {
    const missingKernelParts = async () => {
      throw new Error("nobody should ask");
    };
    const mayMakeNamespaces = async () => false;
    expect(await obstaclesOf(machine({ mayMakeNamespaces, missingKernelParts }))).toEqual([
      expect.stringMatching(/^root may not make namespaces here.*use a virtual machine/),
    ]);
  });

  it("is a full disk, with what is left, what is needed and another place", async () => {
    const room = (freeBytes: number) => () => ({ folder: "/var/cache", freeBytes });
    expect(await obstaclesOf(machine({ room: room(6 * GIB) }))).toEqual([]);
    expect(await obstaclesOf(machine({ room: room(6 * GIB - 1) }))).toEqual([
      "/var/cache has 5 GiB left, and a twin needs 6; make room, or set PROXMOX_HA_CACHE to a larger disk",
    ]);
  });
});
