import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { loadStack } from "../../../config/load/index.js";
import { closeAll, expectDone } from "../../../twin/testing/index.js";
import { ProgramTwin } from "../support/program-twin.js";

/** Stack files that `init` writes of frege's hosts, in a folder without any. */
const folder = mkdtempSync(path.join(tmpdir(), "init-"));
const HOSTS = { frege: "10.203.3.11", russell: "10.203.3.12", wittgenstein: "10.203.3.13" };
const main = path.resolve(__dirname, "..", "..", "..", "bin", "automation", "main.js");
const nodes = Object.keys(HOSTS);
const addresses = Object.values(HOSTS);
const PASSWORD = ["--password", "ssm:/ms01/hosts/root_password", "--region", "us-west-2"];
let twin: ProgramTwin;
let pins: string[];

beforeAll(async () => {
  twin = await ProgramTwin.up("init");
  pins = await Promise.all(nodes.map(pinOf));
});
afterAll(() => closeAll(twin, folder));

/** As its console would show it. */
async function pinOf(node: string): Promise<string> {
  const shown = await twin.on(node, "ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub");
  return /SHA256:\S+/.exec(shown)?.[0] ?? shown;
}

const say = (words: readonly string[], env: NodeJS.ProcessEnv = {}) =>
  twin.say(words, { PROXMOX_HA_PROJECT: folder, ...env });

const textOf = (stack: string): string =>
  readFileSync(path.join(folder, `Pulumi.${stack}.yaml`), "utf8");

function specOf(stack: string) {
  const { spec, findings } = loadStack({ file: stack, text: textOf(stack) });
  expect(findings.filter(({ severity }) => severity === "error")).toEqual([]);
  if (spec === undefined) {
    throw new Error(`${stack} does not validate`);
  }
  return spec;
}

/** What a look must not leave, and what taking over must not change. */
const traces = (): Promise<string[]> =>
  Promise.all(
    nodes.map((node) =>
      twin.on(
        node,
        "find /etc /root -xdev -type f ! -path '*/__pycache__*' ! -path /etc/pve/* ! -path /etc/corosync/* -printf '%p %s\\n' | sort; ls -A /root/.ssh 2>&1; cat /etc/pve/storage.cfg /etc/pve/corosync.conf /etc/pve/datacenter.cfg 2>/dev/null; true",
      ),
    ),
  );

const ended = z.object({ nodes: z.array(z.string()), unsaid: z.array(z.string()) });

describe("init on fresh hosts", () => {
  it("asks for the hosts' keys, and teaches the call where nobody can be asked", async () => {
    const done = await say(["init", "fresh", "--from", ...addresses, ...PASSWORD]);
    expect(done.status).toBe(2);
    expect(done.stderr).toContain("--host-key FINGERPRINT");
    for (const pin of pins) {
      expect(done.stderr).toContain(pin);
    }
  });

  it("refuses a host that shows another key, and writes nothing", async () => {
    const wrong = pins.slice(1);
    const done = await say([
      "init",
      "fresh",
      "--from",
      ...addresses,
      "--host-key",
      ...wrong,
      ...PASSWORD,
    ]);
    expect(done.status).toBe(3);
    expect(done.stderr).toContain("10.203.3.11 shows the key");
    expect(readdirSync(folder)).toEqual([]);
  });

  it("asks at a terminal, where lines may be typed ahead", async () => {
    const typed = [addresses.join(" "), "yes", "ssm:/ms01/hosts/root_password", ""].join("\n");
    const call = `${process.execPath} ${main} init typed --region us-west-2`;
    const script = 'printf "%s" "$1" | script -qec "$2" /dev/null';
    const done = await twin.startInside(["sh", "-c", script, "sh", typed, call], {
      env: { PROXMOX_HA_PROJECT: folder },
    }).finished;
    expect([done.status, done.stdout.slice(-1_500)]).toMatchObject([0, expect.anything()]);
    for (const pin of pins) {
      expect(done.stdout).toContain(pin);
    }
    expect(done.stdout).toContain("Type yes to go on");
    expect(specOf("typed").secrets.ssm).toMatchObject({ prefix: "/ms01" });
    rmSync(path.join(folder, "Pulumi.typed.yaml"));
  });

  it("writes a file that validates and previews, leaves no trace, and never overwrites", async () => {
    const before = await traces();
    const words = ["init", "fresh", "--from", ...addresses, "--host-key", ...pins, ...PASSWORD];
    const done = await say([...words, "--json"]);
    const said = ended.parse(JSON.parse(expectDone(done, "init fresh")));
    expect(said.nodes).toEqual(nodes);
    expect(await traces()).toEqual(before);
    const spec = specOf("fresh");
    expect(spec.networks.management).toMatchObject({
      cidr: "10.203.3.0/24",
      gateway: "10.203.3.1",
      on: "vmbr0",
    });
    expect(spec.nodes.frege).toMatchObject({ id: 1, address: "10.203.3.11", hardware: "ms-01" });
    expectDone(await say(["validate", "fresh"]), "validate fresh");
    const preview = await say(["preview", "fresh"]);
    expect([
      preview.status,
      preview.stdout.slice(-2_000),
      preview.stderr.slice(-2_000),
    ]).toMatchObject([4, expect.anything(), ""]);
    const again = await say(words);
    expect(again.status).toBe(2);
    expect(again.stderr).toContain("no stack file is ever overwritten");
    for (const secret of twin.secrets()) {
      expect(textOf("fresh") + done.stdout + done.stderr).not.toContain(secret);
    }
  });
});

describe("init on the cluster that up has made", () => {
  /** What the file names and somebody has to bring along. */
  const secrets = (): NodeJS.ProcessEnv => ({
    LAST_KEY: readFileSync(
      path.join(twin.programFolder, "stacks", twin.stack, "id_ed25519"),
      "utf8",
    ),
    AGAIN_ROOT_PASSWORD: "none is taken any more",
    ...Object.fromEntries(
      nodes.map((node) => [
        `${node.toUpperCase()}_AMT_PASSWORD`,
        twin.secretAt(`ssm:/ms01/amt/${node}`),
      ]),
    ),
  });

  it("says what it is made of, and what it does not say", async () => {
    await twin.runUp();
    const words = ["init", "again", "--from", ...addresses, "--host-key", ...pins];
    const twice = await say([...words, "--key", "env:LAST_KEY"], secrets());
    expect(twice.status).toBe(2);
    expect(twice.stderr).toContain(
      "frege.home.example is also a member of cluster fresh (Pulumi.fresh.yaml)",
    );
    rmSync(path.join(folder, "Pulumi.fresh.yaml"));
    const done = await say([...words, "--key", "env:LAST_KEY"], secrets());
    expectDone(done, "init again");
    const spec = specOf("again");
    expect(spec).toMatchObject({
      name: "ms01",
      corosync: { links: ["management", "ring"] },
      datacenter: { migrationNetwork: "ring", migrationType: "insecure" },
      ha: {
        shutdownPolicy: "migrate",
        placements: { "ms01-cluster": { frege: 100, russell: 50, wittgenstein: 50 } },
        resources: { "vm:100": { placement: "ms01-cluster" } },
      },
      networks: { ring: { loopbacks: "169.254.1.0/24" } },
    });
    expect(Object.keys(spec.storage)).toEqual(["nfs-backups", "nfs-isos", "nfs-vms"]);
    expect(spec.nodes.russell?.fence?.amt).toMatchObject({ address: "10.203.3.22" });
    expect(done.stdout).toContain("The virtual machine 100");
    expect(textOf("again")).toContain("frege, russell, wittgenstein: the accounts ansible, kellen");
  });

  it("previews as taking over alone, and is taken over without a change", async () => {
    const before = await traces();
    const preview = await say(["preview", "again"], secrets());
    expect([preview.status, preview.stdout.slice(-3_000)]).toMatchObject([4, expect.anything()]);
    expect(preview.stdout).toContain(
      "The cluster ms01 stands already, with frege, russell, wittgenstein: it is taken over, and corosync stays as it is.",
    );
    for (const storage of ["nfs-backups", "nfs-isos", "nfs-vms"]) {
      expect(preview.stdout).toContain(`storage ${storage}: on the cluster already, and as wanted`);
    }
    expect(preview.stdout).not.toContain("there -> wanted");
    const up = await say(["up", "again", "--no-screen"], secrets());
    expectDone(up, "up again");
    expect(await traces()).toEqual(before);
    expect((await say(["preview", "again"], secrets())).status).toBe(0);
  });
});
