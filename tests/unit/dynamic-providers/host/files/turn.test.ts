import { expect, it } from "vitest";
import { sha256 } from "../../../../../dynamic-providers/host/files/facts.js";
import { hostFiles } from "../../../../../dynamic-providers/host/files/provider.js";
import { systemClock } from "../../../../../dynamic-providers/transport/base/clock.js";
import { fakeRuntime } from "../../../../support/fake-runtime.js";

const FILE = "/etc/fencer.json";
const connection = {
  node: "frege",
  host: "10.0.0.1",
  hostKey: "trust-first-use",
  knownHostsFile: "known_hosts",
  auth: { keyFile: "id" },
};
const wish = (set: string) => ({
  connection,
  set,
  files: { [FILE]: { content: "new" } },
  adopt: true,
  turn: "fencer",
});

/** Two sets of one host that both have a file, or not; what changes them says how many do at a time. */
function host(before: string | undefined, fails: (put: number) => boolean = () => false) {
  let [puts, now, most] = [0, 0, 0];
  const written = new Set<string>();
  const runtime = fakeRuntime(
    "host/files",
    {
      node: "frege",
      run: async (script, { verb }) => {
        const set = /files\/(one|other)/.exec(script)?.[1] ?? "";
        const answer = { status: 0, signal: undefined, stderr: "" };
        if (verb === "put files in place") {
          puts += 1;
          const failing = fails(puts);
          now += 1;
          most = Math.max(most, now);
          await new Promise(setImmediate);
          now -= 1;
          written.add(set);
          return { ...answer, stdout: "", status: failing ? 1 : 0 };
        }
        const digest = written.has(set) ? sha256("new") : before;
        const line = [FILE, digest ?? "absent", "0644", "root", "root", "-", "no", ""].join("\t");
        return { ...answer, stdout: `${line}\n@@end\n` };
      },
    },
    systemClock,
  );
  const provider = hostFiles.serve(runtime);
  return {
    both: () => Promise.allSettled([provider.create(wish("one")), provider.create(wish("other"))]),
    told: () => ({ puts, most }),
  };
}

it("sets with one turn come all at once where nothing was there that could be missed", async () => {
  const { both, told } = host(undefined);
  expect((await both()).map(({ status }) => status)).toEqual(["fulfilled", "fulfilled"]);
  expect(told()).toEqual({ puts: 2, most: 2 });
});

it("sets with one turn that are in use change one after the other", async () => {
  const { both, told } = host(sha256("old"));
  expect((await both()).map(({ status }) => status)).toEqual(["fulfilled", "fulfilled"]);
  expect(told()).toEqual({ puts: 2, most: 1 });
});

it("no set in use changes behind one that failed", async () => {
  const { both, told } = host(sha256("old"), (put) => put === 1);
  const [first, second] = await both();
  expect(first?.status).toBe("rejected");
  expect(second).toMatchObject({
    status: "rejected",
    reason: { message: expect.stringContaining("the change of another fencer failed") },
  });
  expect(told().puts).toBe(1);
});
