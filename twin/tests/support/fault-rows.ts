import { RunningTwin, tryOn } from "../../testing/index.js";
import { amtOf } from "./bmc-probes.js";
import { type FaultSuite, faultSuite } from "./fault-suite.js";

/** What is true of the hosts before the fault, not true with it, and true again when it is healed. */
export interface FaultRow {
  readonly words: readonly string[];
  readonly holds: (twin: RunningTwin) => Promise<boolean>;
}

/** Whether a script on a host ends well within a few seconds. */
export const works = async (twin: RunningTwin, node: string, script = "true") =>
  (await tryOn(twin, node, script, { deadlineMs: 10_000 })).status === 0;

const UP = "ip link set en06 up; ip link show en06 | grep -q LOWER_UP";
const PEER_UP = "ip link set en05 up; ip link show en05 | grep -q LOWER_UP";
export const FAULT_ROWS: readonly FaultRow[] = [
  {
    words: ["cable-cut", "frege.en06"],
    holds: (twin) => works(twin, "frege", "ip link show en06"),
  },
  {
    words: ["cable-cut", "frege:en06"],
    holds: (twin) => works(twin, "russell", "ip link show en05"),
  },
  { words: ["cable-silent", "frege.en06"], holds: overCable },
  { words: ["host-kill", "russell"], holds: (twin) => works(twin, "russell") },
  { words: ["host-freeze", "russell"], holds: (twin) => works(twin, "russell") },
  {
    words: ["power-pulled", "russell"],
    holds: async (twin) =>
      (await works(twin, "russell")) && (await amtOf(twin, "russell").look()).power === "on",
  },
  {
    words: ["daemon-stop", "frege", "chrony"],
    holds: (twin) => works(twin, "frege", "systemctl is-active chrony"),
  },
  {
    words: ["disk-full", "frege", "/var/lib"],
    holds: (twin) => works(twin, "frege", "echo x > /var/lib/written"),
  },
  { words: ["ssh-drop", "frege", "1", "before"], holds: (twin) => works(twin, "frege") },
  {
    words: ["clock-skew", "frege", "7200"],
    holds: async (twin) => Math.abs(Number(await clockOf(twin, "frege")) - Date.now() / 1000) < 600,
  },
  { words: ["drop-packets", "frege", "in"], holds: (twin) => works(twin, "frege") },
  { words: ["drop-packets", "frege", "out"], holds: (twin) => works(twin, "frege") },
  { words: ["nas-gone", "nas"], holds: (twin) => works(twin, "frege", "timeout 4 ls /mnt/share") },
];

/** Hosts of frege with what the rows look at: a mounted share and addresses on a cable. */
export function fregeForFaults(purpose: string): FaultSuite {
  return faultSuite(async () => {
    const twin = await RunningTwin.up(purpose);
    await prepareForFaults(twin).catch(async (error: unknown) => {
      await twin.down();
      throw error;
    });
    return twin;
  });
}

async function prepareForFaults(twin: RunningTwin): Promise<void> {
  const mount = "mkdir -p /mnt/share && mount -t nfs 10.203.3.99:/volume1/proxmox/vms /mnt/share";
  await twin.on("frege", mount);
  await overCable(twin);
}

/** The cable may have appeared anew without its addresses; then they are given again. */
async function overCable(twin: RunningTwin): Promise<boolean> {
  await tryOn(twin, "frege", `${UP}; ip address replace 192.0.2.1/30 dev en06`);
  await tryOn(twin, "russell", `${PEER_UP}; ip address replace 192.0.2.2/30 dev en05`);
  return works(twin, "frege", "ip link show en06 | grep -q LOWER_UP && ping -c 1 -W 2 192.0.2.2");
}

async function clockOf(twin: RunningTwin, node: string): Promise<string> {
  return (await twin.on(node, "date +%s")).trim();
}
