import { describe, expect, it } from "vitest";
import { planContainers } from "../../../../config/plan/containers.js";
import { FULL_CONTAINER, IMAGES } from "../with-everything.js";
import { specOf } from "./stacks.js";

const BARE = { id: 113, node: "frege", kind: "container" as const, cores: 1, memory: "1GiB" };

describe("a container of the file in Proxmox's words", () => {
  it("says all that the file names", () => {
    const guests = { box: FULL_CONTAINER };
    expect(planContainers(specOf("frege", { guests, images: IMAGES }))).toEqual([
      {
        kind: "container",
        sid: "ct:112",
        id: 112,
        name: "box",
        node: "frege",
        settings: {
          hostname: "box",
          cores: "2",
          memory: "1024",
          swap: "256",
          unprivileged: "1",
        },
        worded: { features: { nesting: "1", keyctl: "0", fuse: "1" } },
        disks: [{ slot: "rootfs", storage: "nfs-vms", gib: 4, words: {}, initial: {} }],
        cards: {
          net0: { bridge: "vmbr0", tag: "", ip: "10.203.3.51/24", gw: "10.203.3.1" },
        },
        initial: {
          ostemplate: "nfs-isos:vztmpl/debian.tar.zst",
          unprivileged: "1",
          onboot: "1",
        },
        initialCards: { net0: { name: "eth0" } },
        images: ["nfs-isos:vztmpl/debian.tar.zst"],
        startsItself: true,
        mayRestart: false,
        consents: { removal: "guest.box", restart: "restart.box" },
      },
    ]);
  });

  it("names nothing that the file does not, and asks for an address where it has none", () => {
    const guests = { bare: { ...BARE, nics: [{ network: "management" }] } };
    const [plan] = planContainers(specOf("frege", { guests }));
    expect(Object.keys(plan?.settings ?? {})).toEqual(["hostname", "cores", "memory"]);
    expect(plan?.worded).toEqual({});
    expect(plan?.cards).toEqual({ net0: { bridge: "vmbr0", tag: "" } });
    expect(plan?.initialCards).toEqual({ net0: { name: "eth0", ip: "dhcp" } });
  });
});
