import { describe, expect, it } from "vitest";
import { planVms } from "../../../../config/plan/guests.js";
import type { ClusterInput } from "../../../../config/schema/cluster.js";
import { FULL_GUEST } from "../with-everything.js";
import { specOf } from "./stacks.js";

type Guests = NonNullable<ClusterInput["guests"]>;
const BARE = { id: 111, node: "frege", cores: 1, memory: "1GiB" };
const plansOf = (guests: Guests, more: Partial<ClusterInput> = {}) =>
  planVms(specOf("frege", { guests, ...more }));

describe("a guest of the file in Proxmox's words", () => {
  it("says all that the file names", () => {
    expect(plansOf({ full: FULL_GUEST })).toEqual([
      {
        kind: "vm",
        sid: "vm:110",
        id: 110,
        name: "full",
        node: "frege",
        settings: {
          name: "full",
          cores: "2",
          bios: "ovmf",
          balloon: "1024",
          numa: "1",
          serial0: "socket",
          description: "first\nsecond",
          protection: "1",
          onboot: "0",
          ciuser: "admin",
          sshkeys: `ssh-ed25519 AAAA${"C".repeat(40)} a`,
          nameserver: "10.203.3.1",
          searchdomain: "home.example",
        },
        worded: {
          memory: { current: "2048" },
          cpu: { cputype: "host" },
          machine: { type: "q35" },
          agent: { enabled: "1" },
          startup: { order: "1", up: "30", down: "60" },
          ipconfig1: { ip: "10.203.3.50/24", gw: "10.203.3.1" },
        },
        tags: ["lab"],
        disks: [
          {
            slot: "virtio0",
            storage: "nfs-vms",
            gib: 9,
            words: { cache: "none", discard: "ignore", ssd: "1", iothread: "1", backup: "0" },
            initial: { discard: "on" },
          },
        ],
        cards: {
          net1: {
            model: "e1000",
            macaddr: "BC:24:11:00:00:64",
            firewall: "1",
            bridge: "vmbr0",
            tag: "",
          },
        },
        cloudInitOn: "nfs-vms",
        initial: {
          ostype: "l26",
          scsihw: "virtio-scsi-pci",
          machine: "q35",
          bios: "ovmf",
          cpu: "x86-64-v2-AES",
          onboot: "1",
          balloon: "0",
          serial0: "socket",
          efidisk0: "nfs-vms:1,efitype=4m,pre-enrolled-keys=0",
          boot: "order=virtio0;net1",
        },
        initialCards: { net1: { model: "virtio" } },
        images: [],
        startsItself: false,
        mayRestart: true,
        consents: { removal: "guest.full", restart: "restart.full" },
      },
    ]);
  });

  it("names nothing that the file does not", () => {
    const [plan] = plansOf({ bare: BARE });
    expect(plan).toMatchObject({
      settings: { name: "bare", cores: "1" },
      worded: { memory: { current: "1024" } },
      disks: [],
      cards: {},
      startsItself: true,
      mayRestart: false,
    });
    expect(Object.keys(plan?.settings ?? {})).toEqual(["name", "cores"]);
    expect(Object.keys(plan?.worded ?? {})).toEqual(["memory"]);
    expect(plan).not.toHaveProperty("tags");
    expect(plan?.initial).not.toHaveProperty("boot");
  });

  it("tags the card of a VLAN on the bridge that carries it", () => {
    const [plan] = plansOf(
      { bare: { ...BARE, nics: [{ network: "management" }, { network: "lab" }] } },
      {
        interfaces: { vmbr0: { bridge: { ports: ["enp87s0"], vlanAware: true } } },
        networks: {
          management: { cidr: "10.203.3.0/24", gateway: "10.203.3.1", on: "vmbr0" },
          ring: { thunderbolt: { ports: ["en05", "en06"] }, loopbacks: "169.254.1.0/24" },
          lab: { on: "vmbr0", vlan: 16 },
        },
      },
    );
    expect(plan?.cards).toEqual({
      net0: { bridge: "vmbr0", tag: "" },
      net1: { bridge: "vmbr0", tag: "16" },
    });
  });

  it("is none of a container, nor of a guest on a pool that is not made", () => {
    expect(plansOf({ box: { ...BARE, kind: "container" } })).toEqual([]);
    const homelab = specOf("homelab");
    expect(planVms(homelab)).toHaveLength(Object.keys(homelab.guests).length);
    const withheld = specOf("homelab", {
      ceph: {
        release: "squid",
        publicNetwork: "storage",
        osds: { everyNode: [{ device: "/dev/disk/by-id/nvme-a" }] },
        pools: { "vm-disks": {}, "vm-data": {} },
      },
    });
    expect(planVms(withheld)).toEqual([]);
  });

  it("is left to HA to start, where the guest is under HA", () => {
    expect(plansOf({ bare: { ...BARE, ha: {} } })[0]?.startsItself).toBe(false);
    expect(plansOf({ bare: { ...BARE, startup: false } })[0]?.startsItself).toBe(false);
  });
});
