import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { eventually } from "../../testing/eventually.js";
import {
  bootIdOf,
  closeAll,
  formCluster,
  leftoversOf,
  RunningTwin,
  said,
  start,
  statusOf,
  tryOn,
  tryTwin,
  untilOn,
  untilQuorate,
} from "../../testing/index.js";
import { type AmtAccess, readPower, requestPower } from "../support/amt.js";
import { holdAgainst } from "../support/conformance.js";

const MEMBERS = [
  { name: "frege", address: "10.203.3.11" },
  { name: "russell", address: "10.203.3.12" },
  { name: "wittgenstein", address: "10.203.3.13" },
];

/** One twin for the whole file: what comes later works on what came before. */
let twin: RunningTwin;
let ended = false;

beforeAll(async () => {
  twin = await RunningTwin.up("twin");
});
afterAll(async () => {
  await closeAll(ended ? undefined : twin);
});

/** Runs a command in the controller and gives back how it ended. */
const inside = (...command: string[]) => twin.startInside(command, { deadlineMs: 30_000 }).finished;

describe("three freshly installed hosts", () => {
  it("are what the file says, and let root in with the installer's password", async () => {
    const facts = await Promise.all(
      MEMBERS.map(({ name }) =>
        twin.on(
          name,
          "hostname; hostname -I; ps -p 1 -o comm=; . /etc/os-release; echo $VERSION_ID",
        ),
      ),
    );
    for (const [index, { name, address }] of MEMBERS.entries()) {
      expect(facts[index]?.trim().split(/\s+/)).toEqual([name, address, "systemd", "13"]);
    }
    // The same door without the twin's help, and closed for another password.
    expect((await loginWith(twin.secretAt("ssm:/ms01/hosts/root_password"))).stdout).toBe("in\n");
    expect((await loginWith("not-the-password")).status).not.toBe(0);
  });

  it("come with a status that tells what is real and what stands in", async () => {
    const status = await statusOf(twin);
    expect(status.phase).toBe("ready");
    expect(status.hosts.map(({ name, power }) => `${name} ${power}`)).toEqual(
      MEMBERS.map(({ name }) => `${name} on`),
    );
    expect(status.bmcs.map(({ kind }) => kind)).toEqual(["amt", "amt", "amt"]);
    expect(status.cables).toHaveLength(3);
    expect(status.real.join("\n")).toContain("corosync");
    expect(status.replaced.map(({ what }) => what)).toContain("a kernel for each host");
    expect(status.services.filter(({ running }) => !running)).toEqual([]);
    const text = await twin.twin(["status", twin.name]);
    for (const { what, by } of status.replaced) expect(text).toContain(`${what}: ${by}`);
    console.log(`ready after ${(status.readyAfterMs ?? 0) / 1000} s`);
  });

  it("keep what they wrote to their consoles while they booted", async () => {
    const console = () => twin.twin(["console", twin.name, "russell"]);
    await expect
      .poll(console, { timeout: 60_000, interval: 500 })
      .toContain("[  OK  ] Reached target multi-user.target");
    expect(await console()).not.toContain("\u001b");
  });

  it("stand beside a controller that passes exit codes on and reaches nothing else", async () => {
    expect((await inside("sh", "-c", "exit 7")).status).toBe(7);
    expect((await inside("true")).status).toBe(0);
    expect((await inside("ip", "route", "show", "default")).stdout).toBe("");
    const names = await inside("getent", "hosts", "russell.home.example");
    expect(names.stdout).toMatch(/^10\.203\.3\.12\s/);
  });

  it("install packages without any other network", async () => {
    const script =
      "export DEBIAN_FRONTEND=noninteractive; apt-get -qq update && apt-get -qq -y install frr >/dev/null && vtysh -c 'show version' | head -1";
    const done = await tryOn(twin, "wittgenstein", script, { deadlineMs: 120_000 });
    expect(done.stdout).toContain("FRRouting");
  });
});

describe("the traps of a fresh Proxmox host", () => {
  it("are there, with their texts and exit codes", async () => {
    const done = await holdAgainst(twin, ["10-fresh-host.json"]);
    const cases = done.stdout.split("\n").filter((line) => /^(same|different) /.test(line));
    const differing = done.stdout.split("\n").filter((line) => /^(different| {10})/.test(line));
    expect(differing, done.stderr).toEqual([]);
    expect(done.status, done.stderr).toBe(0);
    expect(cases.length).toBeGreaterThanOrEqual(20);
    console.log(`${cases.length} traps of Proxmox VE met as described`);
  });
});

describe("a cluster formed with pvecm as the manual says", () => {
  it("counts three votes on every node", async () => {
    const began = performance.now();
    await formCluster(twin, "ms01", MEMBERS, twin.secretAt("ssm:/ms01/hosts/root_password"));
    for (const { name } of MEMBERS) await untilQuorate(twin, name, 3);
    console.log(`cluster of three: ${seconds(began)} s`);
    await twin.on("russell", "echo shared > /etc/pve/twin-proof");
    expect(await untilOn(twin, "wittgenstein", "cat /etc/pve/twin-proof")).toBe("shared");
  });

  it("is kept by a snapshot and comes back from it with what it had", async () => {
    let began = performance.now();
    await twin.twin(["snapshot", twin.name, "formed"]);
    const took = seconds(began);
    await untilQuorate(twin, "frege", 3);
    await twin.on("frege", "rm /etc/pve/twin-proof; touch /root/later; rm /etc/motd");
    began = performance.now();
    await twin.twin(["restore", twin.name, "formed"]);
    for (const { name } of MEMBERS) await untilQuorate(twin, name, 3);
    console.log(`snapshot: ${took} s; restored and quorate: ${seconds(began)} s`);
    expect(
      await untilOn(twin, "frege", "cat /etc/pve/twin-proof; ls /root/later || ls /etc/motd"),
    ).toBe("shared\n/etc/motd");
  });

  it("loses its quorum with two nodes and regains it with one of them", async () => {
    for (const node of ["russell", "wittgenstein"]) {
      await twin.twin(["power", twin.name, node, "off"]);
    }
    await untilOn(twin, "frege", "pvecm status | grep -q '^Quorate: *No'");
    const refused = await tryOn(twin, "frege", "echo x > /etc/pve/refused");
    expect(refused.status).toBe(1);
    expect(refused.stderr).toContain("Permission denied");
    expect((await statusOf(twin)).hosts.map(({ power }) => power)).toEqual(["on", "off", "off"]);
    await twin.twin(["power", twin.name, "russell", "on"]);
    await untilQuorate(twin, "frege", 2);
    await twin.twin(["power", twin.name, "wittgenstein", "on"]);
    await untilQuorate(twin, "frege", 3);
  });
});

describe("the power of a host", () => {
  it("is a new boot after reboot, with what the host wrote", async () => {
    const before = await bootIdOf(twin, "russell");
    await twin.on("russell", "echo kept > /root/mark; touch /run/gone");
    await tryOn(twin, "russell", "reboot");
    await eventually(
      async () =>
        (await tryOn(twin, "russell", "cat /proc/sys/kernel/random/boot_id")).stdout.trim() !==
          before && (await tryOn(twin, "russell", "true")).status === 0,
      () => "russell does not boot again",
      60_000,
    );
    expect(await bootIdOf(twin, "russell")).not.toBe(before);
    expect(await untilOn(twin, "russell", "cat /root/mark; ls /run/gone 2>&1 || true")).toMatch(
      /^kept\n.*No such file/,
    );
  });

  it("is switched by its AMT, as curl sees it from the controller", async () => {
    const amt = amtOf("10.203.3.23", twin.secretAt("ssm:/ms01/amt/wittgenstein"));
    const before = await bootIdOf(twin, "wittgenstein");
    expect((await readPower(amt)).stdout).toMatch(/PowerState>2<[\s\S]*status=200/);
    expect((await requestPower(amt, 8)).stdout).toContain("ReturnValue>0<");
    await untilPower("wittgenstein", "off");
    expect((await readPower(amt)).stdout).toContain("PowerState>8<");
    expect((await tryOn(twin, "wittgenstein", "true", { deadlineMs: 4_000 })).status).not.toBe(0);
    expect((await requestPower(amt, 2)).stdout).toContain("ReturnValue>0<");
    expect(await bootIdOf(twin, "wittgenstein")).not.toBe(before);
    expect((await readPower({ ...amt, password: "wrong" })).stdout).toContain("status=401");
  });
});

/** Every one of them is seen and healed in `long/faults`. */
describe("a fault", () => {
  it("is seen by a host, stands in the status, and ends when it is healed", async () => {
    await twin.twin(["fault", twin.name, "cable-silent", "frege.en05"]);
    await twin.twin(["fault", twin.name, "daemon-stop", "frege", "chrony"]);
    const { faults, cables } = await statusOf(twin);
    expect(faults.map(({ what }) => what)).toEqual([
      "cable frege.en05 carries nothing, both ends keep their carrier",
      "chrony is stopped on frege",
    ]);
    expect(cables.filter(({ state }) => state === "silent")).toHaveLength(1);
    expect((await tryOn(twin, "frege", "systemctl is-active chrony")).status).not.toBe(0);
    await twin.twin(["heal", twin.name]);
    expect((await statusOf(twin)).faults).toEqual([]);
    await untilOn(twin, "frege", "systemctl is-active chrony");
  });

  it("that the twin does not know is refused with those that it knows", async () => {
    const refused = async (...words: string[]): Promise<string> => {
      const done = await tryTwin(["fault", twin.name, ...words]);
      expect(done.status, said(done)).toBe(2);
      return done.stderr;
    };
    expect(await refused("gremlins", "frege")).toContain(
      'there is no fault "gremlins"; there are:',
    );
    expect(await refused("host-kill", "kant")).toContain(
      "the twin has no host kant; it has frege, russell, wittgenstein",
    );
    expect(await refused("cable-cut", "x.y")).toContain(
      "the twin has no cable x.y; it has frege.en06-russell.en05",
    );
    expect(await refused("nas-gone", "x")).toContain("it has nas");
  });
});

describe("a node after a dead machine", () => {
  it("is freshly installed at its old place, and the cluster does not know it", async () => {
    const identity = "cat /etc/machine-id /etc/ssh/ssh_host_ed25519_key.pub";
    const before = (await untilOn(twin, "wittgenstein", identity)).split("\n");
    await twin.on("wittgenstein", "touch /root/mark; test -e /etc/pve/corosync.conf");
    const answer: unknown = JSON.parse(
      await twin.twin(["reinstall", twin.name, "wittgenstein", "--off", "--json"]),
    );
    expect(answer).toEqual({ host: "wittgenstein", power: "off" });
    expect((await statusOf(twin)).hosts.map(({ power }) => power)).toEqual(["on", "on", "off"]);
    const text = await twin.twin(["reinstall", twin.name, "wittgenstein"]);
    expect(text).toContain("wittgenstein is freshly installed and up");
    const after = (await untilOn(twin, "wittgenstein", identity)).split("\n");
    expect(after.filter((line) => before.includes(line))).toEqual([]);
    const left = "hostname; hostname -I; ls /root/mark /etc/pve/corosync.conf 2>/dev/null || true";
    expect((await twin.on("wittgenstein", left)).trim()).toBe("wittgenstein\n10.203.3.13");
    const amt = amtOf("10.203.3.23", twin.secretAt("ssm:/ms01/amt/wittgenstein"));
    expect((await readPower(amt)).stdout).toContain("PowerState>2<");
    await untilQuorate(twin, "frege", 2);
    const unknown = await tryTwin(["reinstall", twin.name, "kant"]);
    expect(unknown.status).toBe(2);
    expect(unknown.stderr).toContain("the twin has no host kant; it has frege, russell");
  });
});

describe("the end", () => {
  it("leaves nothing of the twin on the machine", async () => {
    // A list that finds nothing while the twin runs could not find anything afterwards either.
    const kinds = leftoversOf(twin.name).map((line) => line.split(" ")[0]);
    for (const kind of ["process", "mount", "namespace", "run"]) expect(kinds).toContain(kind);
    await twin.down();
    ended = true;
    await eventually(
      () => leftoversOf(twin.name).length === 0,
      () => `left behind:\n${leftoversOf(twin.name).join("\n")}`,
    );
    const gone = await tryTwin(["status", twin.name]);
    expect(gone.status).toBe(2);
    expect(gone.stderr).toContain(`no twin "${twin.name}" is running`);
  });
});

function loginWith(password: string) {
  // The password reaches ssh through the environment of the one who answers its question.
  const ssh =
    "ssh -oStrictHostKeyChecking=no -oUserKnownHostsFile=/dev/null -oPubkeyAuthentication=no -oNumberOfPasswordPrompts=1 root@10.203.3.11 echo in";
  return start(
    [
      ...twin.controller,
      "sh",
      "-c",
      `f=$(mktemp); trap 'rm -f $f' EXIT; printf '#!/bin/sh\\necho "$ROOT_PASSWORD"\\n' > $f; chmod 700 $f; SSH_ASKPASS=$f SSH_ASKPASS_REQUIRE=force ${ssh}`,
    ],
    { env: { ROOT_PASSWORD: password, DISPLAY: "none" }, deadlineMs: 30_000 },
  ).finished;
}

function amtOf(address: string, password: string): AmtAccess {
  return { prefix: twin.controller, address, user: "admin", password };
}

async function untilPower(node: string, power: "on" | "off"): Promise<void> {
  await eventually(
    async () => (await statusOf(twin)).hosts.find(({ name }) => name === node)?.power === power,
    () => `${node} is not ${power}`,
    30_000,
  );
}

function seconds(began: number): number {
  return Math.round((performance.now() - began) / 100) / 10;
}
