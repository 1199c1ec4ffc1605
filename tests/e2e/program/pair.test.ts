import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { closeAll, untilOn } from "../../../twin/testing/index.js";
import { type HookLine, hooksSection, PairStack } from "../support/pair-stack.js";
import { ProgramTwin, type Verb } from "../support/program-twin.js";

/** One cluster of two nodes for the whole file, with hooks and a QDevice. */
let twin: ProgramTwin;
const stack = new PairStack();
const notes = path.join(stack.folder, "notes");

const onController: HookLine = {
  phase: "cluster",
  when: "before",
  on: "controller",
  command: `test -f ${stack.folder}/licence || { echo no licence >&2; exit 3; }; echo controller >> ${notes}`,
};
/** In the folder of the stack file, so that a script beside it is found. */
const beside: HookLine = {
  phase: "cluster",
  when: "after",
  on: "controller",
  command: "test -f Pulumi.pair.yaml && echo beside >> notes",
};
const onNode: HookLine = {
  phase: "hosts",
  when: "after",
  on: "pollux",
  command: "echo first >> /root/hooked",
};

const written = (): string => (existsSync(notes) ? readFileSync(notes, "utf8") : "");
const hooked = (): Promise<string> => twin.on("pollux", "cat /root/hooked");

beforeAll(async () => {
  stack.write([], hooksSection([onController, beside, onNode]));
  twin = await ProgramTwin.up("pair", "pair");
});
afterAll(() => closeAll(twin, stack));

describe("two nodes, a QDevice and hooks", () => {
  it("stop before the phase whose hook fails, and say which hook, where and why", async () => {
    const { done } = await twin.run("up");
    expect(done.status).toBe(1);
    const said = `${done.stdout}${done.stderr}`.replaceAll(/\s+/g, " ");
    expect(said).toContain("Failed to run the hook hooks[0] (before the phase cluster)");
    expect(said).toContain("on the controller: no licence (exit status 3)");
    expect(said).toContain("Nothing of the phase cluster was started.");
    expect(await twin.on("castor", "ls /etc/pve/corosync.conf 2>/dev/null || echo none")).toBe(
      "none\n",
    );
    expect(await hooked()).toBe("first\n");
  });

  it("become a cluster with three votes once the hook is content", async () => {
    await twin.startInside(["touch", path.join(stack.folder, "licence")]).finished;
    const { done, log } = await twin.runUp();
    console.log(`up with hooks and QDevice: ${done.seconds} s`);
    expect((await twin.status()).quorum).toEqual({ quorate: true, votes: 3, expected: 3 });
    expect(written()).toBe("controller\nbeside\n");
    expect(await hooked()).toBe("first\n");
    for (const secret of twin.secrets()) {
      expect(log.text + done.stdout + done.stderr).not.toContain(secret);
    }
  });

  it("are left alone by the second up, hooks included", async () => {
    const { done, log } = await twin.runUp();
    expect(done.stdout).toMatch(/nothing to change \(\d+ as wanted\)/);
    expect(log.steps()).toEqual([]);
    expect(written()).toBe("controller\nbeside\n");
  });

  it("run a changed hook again, and no other", async () => {
    const changed = { ...onNode, command: "echo second >> /root/hooked", triggers: ["1"] };
    stack.write([], hooksSection([beside, changed, onController]));
    const { log } = await twin.runUp();
    expect(log.ownSteps().map(({ host, verb }) => `${host}: ${verb}`)).toEqual([
      "pollux: run the hook after the phase hosts",
    ]);
    expect(await hooked()).toBe("first\nsecond\n");
    expect(written()).toBe("controller\nbeside\n");
    const state = await twin.exportedState();
    for (const secret of twin.secrets()) {
      expect(state).not.toContain(secret);
    }
  });

  it("leave the cluster no way into the host of the vote", async () => {
    const into = "ssh -o BatchMode=yes root@10.20.0.5 true 2>&1 || true";
    expect(await twin.on("castor", into)).toMatch(/Permission denied/);
  });

  it("tell that pve-cluster has stopped on a node and how it is started, and never that there is no cluster", async () => {
    await twin.twin(["fault", twin.name, "daemon-stop", "pollux", "pve-cluster"]);
    const told = async (verb: Verb, words: readonly string[] = []) => {
      const { done } = await twin.run(verb, words);
      return `${done.stdout}${done.stderr}`.replaceAll(/\s+/g, " ");
    };
    const looking = [await told("status"), await told("doctor"), await told("refresh")];
    for (const said of looking) {
      expect(said).toMatch(/pollux.*\/etc\/pve is not mounted/);
      expect(said).toContain("systemctl start pve-cluster");
    }
    for (const said of [...looking, await told("preview"), await told("up")]) {
      expect(said).not.toMatch(/no cluster|in no cluster|not in a cluster/);
    }
    await twin.twin(["heal", twin.name]);
    await twin.untilHealthy(120_000);
  });

  it("keep quorum by the QDevice when a node is killed", async () => {
    await twin.twin(["fault", twin.name, "host-kill", "pollux"]);
    const left = "corosync-quorumtool -s | grep -q '^Nodes: *1$'";
    const votes = "corosync-quorumtool -s | grep -q '^Total votes: *2$'";
    const writes = "touch /etc/pve/.alone && rm /etc/pve/.alone";
    await untilOn(twin, "castor", `${left} && ${votes} && ${writes}`, 60_000);
    expect((await twin.status()).quorum).toEqual({ quorate: true, votes: 2, expected: 3 });
  });
});
