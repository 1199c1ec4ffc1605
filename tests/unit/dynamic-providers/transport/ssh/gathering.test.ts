import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { Gathering, type Look } from "../../../../../dynamic-providers/transport/ssh/gathering.js";
import type {
  RunOptions,
  RunResult,
} from "../../../../../dynamic-providers/transport/ssh/run-options.js";

const options = (verb: string): RunOptions => ({ timeoutMs: 20_000, repeatable: true, verb });
const asked = (script: string, verb = "look"): Look => ({
  script,
  options: options(verb),
  resource: `files ${verb}`,
});

/** A host that runs what it is sent, over a way that can be made to fail. */
class Host {
  readonly sent: Look[] = [];
  readonly gathering: Gathering;
  fails: (look: Look) => Error | undefined = () => undefined;
  moments = 0;
  onMoment: (moment: number) => void = () => undefined;

  constructor() {
    this.gathering = new Gathering({
      send: (look) => this.send(look),
      mayAskAlone: (thrown) => thrown instanceof RangeError,
      clock: {
        now: () => 0,
        sleep: async (_ms, signal) => {
          this.onMoment(++this.moments);
          signal?.throwIfAborted();
        },
      },
      signal: this.ended.signal,
    });
  }

  readonly ended = new AbortController();

  private send(look: Look): Promise<RunResult> {
    this.sent.push(look);
    const failure = this.fails(look);
    if (failure !== undefined) {
      return Promise.reject(failure);
    }
    const stdout = execFileSync("bash", ["--norc", "-c", look.script], { encoding: "utf8" });
    return Promise.resolve({ status: 0, signal: undefined, stdout, stderr: "" });
  }
}

const inCompany = ({ script }: Look): boolean => script.includes("mktemp");

describe("looks at one host", () => {
  it("that come within a moment of each other go out in one round trip, which names them", async () => {
    const host = new Host();
    const later: Promise<RunResult>[] = [];
    host.onMoment = (moment) => {
      if (moment === 2) {
        later.push(host.gathering.run(asked("echo three", "three")));
      }
    };
    const first = await Promise.all([
      host.gathering.run(asked("echo one; exit 3", "one")),
      host.gathering.run(asked("echo two", "two")),
    ]);
    const all = [...first, ...(await Promise.all(later))];
    expect(all.map(({ status, stdout }) => [status, stdout])).toEqual([
      [3, "one\n"],
      [0, "two\n"],
      [0, "three\n"],
    ]);
    expect(host.sent.map(({ options: { verb }, resource }) => [verb, resource])).toEqual([
      ["one; two; three", "files one; files two; files three"],
    ]);
  });

  it("that come later make a round of their own, and one alone goes out as it is", async () => {
    const host = new Host();
    await host.gathering.run(asked("echo one", "one"));
    await host.gathering.run(asked("echo two", "two"));
    expect(host.sent).toEqual([asked("echo one", "one"), asked("echo two", "two")]);
  });

  it("are asked alone when they had no answer in company", async () => {
    const host = new Host();
    const [much, little] = await Promise.all([
      host.gathering.run(asked("yes | head -c 1048577 | tail -c 1048577", "much")).catch(String),
      host.gathering.run(asked("echo there", "little")),
    ]);
    expect(little.stdout).toBe("there\n");
    expect(host.sent.map(({ options: { verb } }) => verb)).toEqual(["much; little", "much"]);
    // Alone it has the bound of any other step, which this host has in its own words.
    expect(String(much)).toContain("ENOBUFS");
  });

  it("are each asked alone when the host cannot run them in company", async () => {
    const host = new Host();
    host.fails = (look) => (inCompany(look) ? new RangeError("its answer was cut") : undefined);
    const both = await Promise.all([
      host.gathering.run(asked("echo one")),
      host.gathering.run(asked("echo two")),
    ]);
    expect(both.map(({ stdout }) => stdout)).toEqual(["one\n", "two\n"]);
    expect(host.sent).toHaveLength(3);
  });

  it("all fail when nobody gets to the host, and the next ones try anew", async () => {
    const host = new Host();
    host.fails = () => new Error("no way there");
    const looks = [asked("echo one"), asked("echo two")].map((look) => host.gathering.run(look));
    const ends = await Promise.allSettled(looks);
    expect(ends.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    expect(host.sent).toHaveLength(1);
    host.fails = () => undefined;
    expect((await host.gathering.run(asked("echo again"))).stdout).toBe("again\n");
  });

  it("wait for nobody any more when the run is interrupted", async () => {
    const host = new Host();
    host.ended.abort(new Error("the run was interrupted"));
    await expect(host.gathering.run(asked("echo one"))).rejects.toThrow("the run was interrupted");
    expect(host.sent).toEqual([]);
  });
});

describe("in company goes", () => {
  const plain = options("look");
  it.each([
    ["a look", plain, true],
    ["nothing that changes something", { ...plain, repeatable: false }, false],
    ["nothing that reads what it is handed", { ...plain, stdin: Buffer.from("key\n") }, false],
    ["nothing that prints a secret", { ...plain, confidential: true as const }, false],
    ["nothing that has a bound of its own", { ...plain, maxOutputBytes: 9_000_000 }, false],
    ["nothing that others would wait long for", { ...plain, timeoutMs: 120_000 }, false],
  ])("%s", (_what, looked, goes) => {
    expect(Gathering.takes(looked)).toBe(goes);
  });
});
