import path from "node:path";
import { expect, it } from "vitest";
import { z } from "zod";
import { eventually } from "../../../../twin/testing/index.js";
import { freezeUntilOff, untilRecovered, untilStarted } from "../../support/fenced-node.js";
import type { ProgramTwin } from "../../support/program-twin.js";

/** What frege's cluster shows of its fencing; the file is the committed one, with its timings. */

const nodes = ["frege", "russell", "wittgenstein"];
const CONFIG = "/etc/proxmox-ha/fencer/fencer.json";

const standing = z.object({ graceS: z.number() });
const pairsOf = (by: string) => nodes.filter((node) => node !== by).map((node) => `${by} ${node}`);

/** Looks for the passwords that a node's fencer knows, everywhere but in its configuration; prints where one is. */
const CANARY = `
import glob, json, os, subprocess
config = "${CONFIG}"
nodes = json.load(open(config))["nodes"]
secrets = [d["password"].encode() for n in nodes for level in n["levels"] for d in level]
assert len(secrets) == 2
def holds(path):
    try:
        return any(s in open(path, "rb").read() for s in secrets)
    except OSError:
        return False
files = [os.path.join(f, n) for top in ("/etc", "/var", "/run", "/tmp", "/usr/lib/proxmox-ha")
         for f, _, names in os.walk(top) for n in names
         if os.path.isfile(os.path.join(f, n)) and os.path.getsize(os.path.join(f, n)) < 2**26]
found = [f for f in files if f != config and holds(f)]
found += [f for f in glob.glob("/proc/[0-9]*/cmdline") + glob.glob("/proc/[0-9]*/environ") if holds(f)]
journal = subprocess.run(["journalctl", "-o", "export"], capture_output=True).stdout
found += ["journal"] if any(s in journal for s in secrets) else []
print("FOUND", *found)
`;

export function provedByOneUp(twin: () => ProgramTwin): void {
  it("is proved by one up: every node can switch off every other one", async () => {
    const { pairs } = (await twin().status()).fencing;
    expect(pairs.map(({ by, node }) => `${by} ${node}`).sort()).toEqual(
      nodes.flatMap(pairsOf).sort(),
    );
    expect(pairs.every(({ ok, power }) => ok && power === "on")).toBe(true);
    const text = (await twin().run("status")).done.stdout;
    expect(text).toMatch(/frege -> russell +amt 10\.203\.3\.22 +power on +seen \d+ s ago/);
  });

  it("has a fencer on every node that knows its peers' passwords and not its own", async () => {
    for (const node of nodes) {
      const said = await twin().on(
        node,
        `stat -c '%a %U' ${path.dirname(CONFIG)} ${CONFIG}; systemctl is-active proxmox-ha-fencer.service proxmox-ha-fencer-verify.timer; cat ${CONFIG}`,
      );
      expect(said).toMatch(/^700 root\n600 root\nactive\nactive\n/);
      for (const other of nodes) {
        const secret = twin().secretAt(`ssm:/ms01/amt/${other}`);
        expect([other, said.includes(secret)]).toEqual([other, other !== node]);
      }
    }
  });
}

export function passwordsInOnePlace(twin: () => ProgramTwin): void {
  it("keeps passwords in its configuration and nowhere else", async () => {
    for (const node of nodes) {
      expect(await twin().on(node, `python3 -I - <<'EOF'\n${CANARY}\nEOF`)).toBe("FOUND\n");
    }
  });
}

/** The file's test machine, where its placement has it. */
const FROZEN = {
  victim: "frege",
  peers: ["russell", "wittgenstein"],
  kind: "amt",
  guest: 100,
} as const;

export function frozenNode(twin: () => ProgramTwin): void {
  it("is confirmed off before anybody may start the guest elsewhere, and both come back", async () => {
    await untilStarted(twin(), FROZEN.victim, FROZEN.guest);
    await untilGraceIsOver(twin());
    await freezeUntilOff(twin(), FROZEN);
    expect(await twin().twin(["status", twin().name])).toMatch(/frege +10\.203\.3\.11 +off/);
    await untilRecovered(twin(), FROZEN);
    await untilStarted(twin(), FROZEN.victim, FROZEN.guest);
    expect((await twin().run("refresh")).done.stdout).toContain("nothing to change");
  });
}

/** After a cold start nobody is fenced for minutes; a cluster that has stood for a while is what this is about. */
async function untilGraceIsOver(twin: ProgramTwin): Promise<void> {
  const status = "cat /run/proxmox-ha-fencer/status.json";
  await eventually(
    async () => {
      const all = await Promise.all(nodes.map((node) => twin.on(node, status)));
      return all.every((text) => standing.parse(JSON.parse(text)).graceS === 0);
    },
    () => "the fencers' grace after the start does not end",
    400_000,
  );
}
