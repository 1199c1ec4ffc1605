import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { closeAll, eventually } from "../../../twin/testing/index.js";
import { ProgramTwin } from "../support/program-twin.js";

const ROLLBACK_S = 20;
let twin: ProgramTwin;

beforeAll(async () => {
  twin = await ProgramTwin.up("stranded");
});
afterAll(() => closeAll(twin));

describe("a joiner that corosync's packets cannot reach", () => {
  it("is refused before anything is written, and joins when they can", async () => {
    await twin.on(
      "russell",
      "nft add table inet blocked && nft add chain inet blocked in '{ type filter hook input priority 0; }' && nft add rule inet blocked in udp dport 5405 drop",
    );
    const { done } = await twin.run("up");
    expect(done.status).not.toBe(0);
    expect(done.stdout).toMatch(/UDP|5405/);
    console.log(`join refused with status ${done.status} after ${done.seconds} s`);
    expect(
      await twin.on("russell", "ls /etc/pve/corosync.conf /etc/corosync/authkey 2>&1 || true"),
    ).not.toMatch(/^\/etc/m);
    expect(await twin.on("frege", "cat /etc/pve/corosync.conf")).not.toContain("russell");
    await twin.on("russell", "nft delete table inet blocked");
    await twin.runUp();
    expect((await twin.status()).healthy).toBe(true);
  });
});

describe("a network change that cuts the controller off", () => {
  it("is undone by the host's own timer, and the run says so", async () => {
    const log = path.join(twin.folder, "wrong.jsonl");
    const done = await upWithWrongPort(log).finished;
    expect(done.status).not.toBe(0);
    expect(done.stdout + done.stderr).toMatch(/its timer put the old one back/);
    console.log(
      `wrong port on russell: the run ended after ${done.seconds} s with the old network back`,
    );
    expect((await twin.on("russell", "hostname")).trim()).toBe("russell");
    await twin.untilHealthy(60_000);
  });

  it("is undone as well when the controller dies in the middle", async () => {
    const log = path.join(twin.folder, "killed.jsonl");
    const running = upWithWrongPort(log);
    await eventually(
      () => textOf(log).includes("change the network under a timer"),
      () => "the change never began",
      60_000,
    );
    running.kill();
    await running.finished;
    const began = performance.now();
    await eventually(
      () =>
        twin.on("russell", "true", 4_000).then(
          () => false,
          () => true,
        ),
      () => "russell was never cut off, so nothing is proved",
      15_000,
    );
    await eventually(
      () =>
        twin.on("russell", "true", 4_000).then(
          () => true,
          () => false,
        ),
      () => "russell is stranded",
      (ROLLBACK_S + 30) * 1000,
    );
    const seconds = (performance.now() - began) / 1000;
    console.log(
      `controller killed in the change: russell answers again after ${seconds.toFixed(1)} s`,
    );
    expect(seconds).toBeLessThan(ROLLBACK_S + 15);
    await twin.untilHealthy(60_000);
    const { done } = await twin.runUp();
    console.log(`up with the right file afterwards: ${done.seconds} s`);
    expect((await twin.status()).healthy).toBe(true);
  });
});

/** Plain \`pulumi up\` with a copy of the stack file in which one node's bridge stands on a port without a cable. */
function upWithWrongPort(log: string) {
  const folder = path.join(twin.programFolder, "wrong");
  mkdirSync(folder, { recursive: true });
  const file = path.join(folder, `Pulumi.${twin.stack}.yaml`);
  const right = readFileSync(path.join(twin.projectFolder, `Pulumi.${twin.stack}.yaml`), "utf8");
  const bridge = "bridge: { ports: [enp87s0] }";
  const wrong = right.replace(
    `vmbr0: { ${bridge} }`,
    `vmbr0: { ${bridge}, nodes: { russell: { ports: [enp90s0] } } }`,
  );
  if (wrong === right) {
    throw new Error("the stack file has no such bridge any more; this test needs another mistake");
  }
  writeFileSync(
    file,
    wrong.replace(/^( +)storage:$/m, `$1deadlines: { networkRollback: ${ROLLBACK_S}s }\n\n$&`),
  );
  return twin.startPulumi(["up", "--yes", "--skip-preview", "--config-file", file], log);
}

function textOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
