import { describe, expect, it } from "vitest";
import { toStruct } from "../../../../dynamic-providers/kit/struct.js";
import { cephDaemon } from "../../../../dynamic-providers/pveceph/daemon/provider.js";
import { FREGE } from "../../../support/connection.js";
import { fakeRuntime } from "../../../support/fake-runtime.js";
import { answered, taskLog } from "../../../support/said.js";
import { FakeClock } from "../pvecm/fake-cluster.js";

/** A host that came in another one's place: Ceph's books still have its daemon, and nothing of that lies here. */
class SuccessorHost {
  readonly done: string[] = [];
  listed = true;
  made = false;
  /** The maps have it among the living, as they do for some seconds. */
  counted = false;
  cutBefore: string | undefined;

  run(script: string) {
    if (this.cutBefore !== undefined && script.includes(this.cutBefore)) {
      this.cutBefore = undefined;
      throw new Error("connection lost");
    }
    if (script.includes("systemd-run")) {
      this.work(script);
      return { status: 0, signal: undefined, stdout: "", stderr: "" };
    }
    if (script.includes("pvesh get")) {
      return answered(script, (command) => ({ text: this.tell(command) }));
    }
    return {
      status: 0,
      signal: undefined,
      stdout: `inactive\n0\n${taskLog(this.#partsBefore)}`,
      stderr: "",
    };
  }

  private tell(command: string): string {
    if (command.includes("test -e")) {
      return this.made ? "kept" : "nothing";
    }
    const alive = command.includes("ceph/mds") ? "up:standby" : "standby";
    const state = this.made || this.counted ? alive : "unknown";
    return JSON.stringify(this.listed ? [{ name: "frege", quorum: this.made ? 1 : 0, state }] : []);
  }

  private work(script: string): void {
    const folder = /mkdir -p .?\/var\/lib\/ceph/.test(script) ? "prepare, " : "";
    if (script.includes("pvesh create")) {
      expect(script).toMatch(/test -d \/var\/lib\/ceph.*store\.db.*rm -rf \/var\/lib\/ceph/);
    }
    const verb = script.includes("pvesh delete") ? "delete" : "create";
    this.done.push(`${folder}${verb}`);
    // The remains of an earlier making are cleared before each.
    this.#partsBefore = verb === "create" || folder !== "" ? 1 : 0;
    this.listed = verb === "create";
    this.made = verb === "create";
  }

  #partsBefore = 0;
}

function serve(host: SuccessorHost) {
  const clock = new FakeClock();
  const shell = { node: "frege", run: async (script: string) => host.run(script) };
  return cephDaemon.serve(fakeRuntime("daemon", shell, clock));
}
function taken(host: SuccessorHost) {
  const wish = (installation?: number) =>
    toStruct({
      connection: { ...FREGE, ...(installation === undefined ? {} : { installation }) },
      role: "metadata server",
      startDeadlineMs: 60_000,
      adopt: false,
      consent: {},
    });
  return { provider: serve(host), wish };
}
const wish = (role: string) =>
  toStruct({ connection: FREGE, role, startDeadlineMs: 60_000, adopt: false, consent: {} });

describe("a daemon that went with its machine", () => {
  it.each([
    ["monitor", ["prepare, delete", "create"]],
    ["metadata server", ["delete", "create"]],
    // Nothing in the way: a manager that is gone stands in no book that matters.
    ["manager", ["create"]],
  ])("is made anew on the one that took its place: a %s", async (role, done) => {
    const host = new SuccessorHost();
    const { outs } = await serve(host).create(wish(role));
    expect(host.done).toEqual(done);
    expect(outs).toMatchObject({ found: "serving" });
  });

  it("is made anew on a machine that took its place, although Ceph still counts the old one", async () => {
    const host = new SuccessorHost();
    host.counted = true;
    const { provider, wish } = taken(host);
    const { id, outs } = await provider.create(wish());
    expect(host.done).toEqual([]);
    const { outs: after } = await provider.update(id, outs, wish(2));
    expect(host.done).toEqual(["delete", "create"]);
    expect(after).toMatchObject({ found: "serving" });
  });

  it.each(["pvesh delete", "pvesh create"])(
    "is made by the next run where this one was cut before `%s`",
    async (cut) => {
      const host = new SuccessorHost();
      host.cutBefore = cut;
      const provider = serve(host);
      await expect(provider.create(wish("monitor"))).rejects.toThrow(/connection lost/);
      await provider.create(wish("monitor"));
      expect(host.done).toEqual(["prepare, delete", "create"]);
    },
  );
});
