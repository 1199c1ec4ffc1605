import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { closeAll, untilOn } from "../../../twin/testing/index.js";
import { SOON } from "../../support/days.js";
import { PairStack } from "../support/pair-stack.js";
import { ProgramTwin } from "../support/program-twin.js";

/** One cluster for the whole file: what comes later works on what came before. */
let twin: ProgramTwin;
const stack = new PairStack();

const POLLUX = "      pollux: { id: 2, address: 10.20.0.12, hardware: ms-01 }\n";
const FOUR: readonly [string, string] = [
  POLLUX,
  `${POLLUX}      helena: { id: 3, address: 10.20.0.13, hardware: ms-01 }\n      leda: { id: 4, address: 10.20.0.14, hardware: ms-01 }\n`,
];
const WITHOUT: readonly [string, string] = [
  `      qdevice:
        address: 10.20.0.5
        password: { ssm: /pair/qdevice/root_password }
`,
  "      evenNodesAccepted: true\n",
];
const consenting = `    consent: { qdevice: ${SOON} }\n`;

const quorum = async () => (await twin.status()).quorum;
const said = (done: { readonly stdout: string; readonly stderr: string }): string =>
  `${done.stdout}${done.stderr}`.replaceAll(/\s+/g, " ");

beforeAll(async () => {
  // The twin is built for all that ever stands in the file.
  stack.write([FOUR]);
  twin = await ProgramTwin.up("device", "pair");
  stack.write();
});
afterAll(() => closeAll(twin, stack));

describe("the QDevice of a cluster", () => {
  it("is refused while its host does not answer, and the cluster stands without it", async () => {
    await twin.twin(["fault", twin.name, "nas-gone", "qnetd"]);
    const { done } = await twin.run("up");
    expect(done.status).not.toBe(0);
    expect(said(done)).toContain("castor does not reach 10.20.0.5 at TCP 5403");
    expect(said(done)).toContain("pollux does not reach 10.20.0.5 at TCP 5403");
    expect(await quorum()).toEqual({ quorate: true, votes: 2, expected: 2 });
    await twin.twin(["heal", twin.name]);
  });

  it("is set up by the next run, over what a cut set-up left", async () => {
    await twin.on(
      "pollux",
      "mkdir -p /etc/corosync/qdevice/net/nssdb && touch /etc/corosync/qdevice/net/nssdb/cut",
    );
    await twin.runUp();
    expect(await quorum()).toEqual({ quorate: true, votes: 3, expected: 3 });
    expect((await twin.runUp()).done.stdout).toContain("nothing to change");
  });

  it("is started again on a node where somebody stopped it", async () => {
    await twin.on("pollux", "systemctl disable --now corosync-qdevice");
    const refresh = await twin.run("refresh");
    expect(refresh.done.stdout).toContain("1 found different");
    const { log } = await twin.runUp();
    expect(log.changes().join("\n")).toContain("counts the vote");
    expect(await twin.on("pollux", "systemctl is-enabled corosync-qdevice")).toBe("enabled\n");
  });

  it("steps aside while two nodes join, and comes back behind them", async () => {
    stack.write([FOUR]);
    const preview = await twin.run("preview");
    expect(preview.done.status).toBe(4);
    const { log } = await twin.runUp();
    const order = log
      .steps()
      .map(({ host, verb }) => `${host}: ${verb}`)
      .filter((step) => /(remove|set up) the QDevice|: join /.test(step));
    const at = (pattern: RegExp): number => order.findIndex((step) => pattern.test(step));
    expect(at(/remove the QDevice/)).toBe(0);
    expect(at(/^helena: join/)).toBeGreaterThan(0);
    expect(at(/^leda: join/)).toBeGreaterThan(at(/^helena: join/));
    expect(at(/set up the QDevice/)).toBeGreaterThan(at(/^leda: join/));
    expect(await quorum()).toEqual({ quorate: true, votes: 5, expected: 5 });
    expect((await twin.runUp()).done.stdout).toContain("nothing to change");
  });

  it("keeps half of the nodes quorate when the others are killed", async () => {
    for (const node of ["helena", "leda"]) {
      await twin.twin(["fault", twin.name, "host-kill", node]);
    }
    const writes = "touch /etc/pve/.half && rm /etc/pve/.half";
    const counted = "corosync-quorumtool -s | grep -q '^Total votes: *3$'";
    await untilOn(twin, "castor", `${counted} && ${writes}`, 90_000);
    await twin.twin(["heal", twin.name]);
    await twin.untilHealthy(180_000);
  });

  it("stays when it is only left out of the file", async () => {
    stack.write([FOUR, WITHOUT]);
    for (const verb of ["preview", "up"] as const) {
      const { done, log } = await twin.run(verb);
      expect(done.status).toBe(3);
      expect(said(done)).toContain("the stack file no longer has `corosync.qdevice`");
      expect(log.steps()).toEqual([]);
    }
    expect(await quorum()).toEqual({ quorate: true, votes: 5, expected: 5 });
  });

  it("goes by consent", async () => {
    stack.write([FOUR, WITHOUT], consenting);
    await twin.runUp();
    expect(await quorum()).toEqual({ quorate: true, votes: 4, expected: 4 });
    expect((await twin.runUp()).done.stdout).toContain("nothing to change");
  });

  it("is taken over when somebody set it up by hand", async () => {
    await twin.on("castor", "ssh-keyscan 10.20.0.5 >> /root/.ssh/known_hosts 2>/dev/null; true");
    const key = (await twin.on("castor", "cat /root/.ssh/id_rsa.pub")).trim();
    const folder = `${twin.programFolder}/stacks/pair`;
    const into = [
      "ssh",
      "-i",
      `${folder}/id_ed25519`,
      "-o",
      `UserKnownHostsFile=${folder}/known_hosts`,
    ];
    const admitted = await twin.startInside([
      ...into,
      "root@10.20.0.5",
      `echo '${key}' >> /root/.ssh/authorized_keys`,
    ]).finished;
    expect(said(admitted)).toBe("");
    await twin.on("castor", "cd / && pvecm qdevice setup 10.20.0.5 2>&1", 180_000);
    stack.write([FOUR]);
    const { log } = await twin.runUp();
    expect(log.steps().filter(({ verb }) => /set up the QDevice/.test(verb))).toEqual([]);
    expect(await quorum()).toEqual({ quorate: true, votes: 5, expected: 5 });
  });
});
