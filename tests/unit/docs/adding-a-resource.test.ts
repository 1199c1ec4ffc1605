import { rmSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import type { ProviderKind } from "../../../dynamic-providers/kit/define-provider.js";
import { toStruct } from "../../../dynamic-providers/kit/struct.js";
import { systemClock } from "../../../dynamic-providers/transport/base/clock.js";
import type { RunResult } from "../../../dynamic-providers/transport/ssh/run-options.js";
import { FREGE } from "../../support/connection.js";
import { compiled, exampleIn, repositoryWith } from "../../support/example-of-guide.js";
import { fakeRuntime } from "../../support/fake-runtime.js";

const example = exampleIn("docs/adding-a-resource.md");
const PROVIDER = "dynamic-providers/host/timezone/provider.ts";

const provider = z.object({
  timezone: z.custom<ProviderKind>((one) => z.object({ kind: z.string() }).safeParse(one).success),
});

let root = "";
let timezone: ProviderKind;
beforeAll(async () => {
  root = repositoryWith(example);
  ({ timezone } = provider.parse(await import(path.join(root, PROVIDER))));
}, 240_000);
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** A host that knows its time zone, and what happens to it. */
class ClockHost {
  readonly node = FREGE.node;
  readonly scripts: string[] = [];
  silent = false;
  stubborn = false;

  constructor(public zone: string) {}

  run(script: string): Promise<RunResult> {
    this.scripts.push(script);
    const set = /^timedatectl set-timezone (\S+)$/.exec(script)?.[1];
    if (set !== undefined && !this.stubborn) {
      this.zone = set;
    }
    const stdout = set === undefined ? `${this.zone}\n` : "";
    return Promise.resolve(
      this.silent
        ? { status: undefined, signal: undefined, stdout: "", stderr: "" }
        : { status: 0, signal: undefined, stdout, stderr: "" },
    );
  }
}

function served(host: ClockHost) {
  return timezone.serve(fakeRuntime("the guide's time zone", host, systemClock));
}

const BERLIN = toStruct({ connection: FREGE, zone: "Europe/Berlin", adopt: true });

describe("the example of the guide", () => {
  it("has a file for schema, provider, resource, plan and phase", () => {
    expect(example.map(({ file }) => path.basename(file))).toEqual(
      expect.arrayContaining(["schema.ts", "provider.ts", "resource.ts"]),
    );
    expect(example.some(({ file }) => file.startsWith("config/plan/"))).toBe(true);
    expect(example.some(({ file }) => file.startsWith("components/"))).toBe(true);
  });

  it("compiles", { timeout: 240_000 }, () => {
    expect(compiled(root, example)).toEqual([]);
  });

  it("takes over a host that has the zone", async () => {
    const host = new ClockHost("Europe/Berlin");
    const made = await served(host).create({ ...BERLIN, adopt: false });
    expect(made).toMatchObject({ id: "frege", outs: { found: "Europe/Berlin", adopted: true } });
    expect(host.scripts).toHaveLength(1);
  });

  it("refuses to trample another zone, and sets it where the stack adopts", async () => {
    const host = new ClockHost("Etc/UTC");
    const kind = served(host);
    await expect(kind.create({ ...BERLIN, adopt: false })).rejects.toThrow(
      "zone: Etc/UTC -> Europe/Berlin",
    );
    expect(host.zone).toBe("Etc/UTC");
    const { outs } = await kind.create(BERLIN);
    expect(outs).toMatchObject({ found: "Europe/Berlin", drift: [] });
  });

  it("sees drift at a refresh and leaves the zone when it is removed", async () => {
    const host = new ClockHost("Europe/Berlin");
    const kind = served(host);
    const { id, outs = {} } = await kind.create(BERLIN);
    host.zone = "Etc/UTC";
    const { props = {} } = await kind.read(id, outs);
    expect(props).toMatchObject({ drift: ["zone: Etc/UTC -> Europe/Berlin"] });
    expect((await kind.diff(id, props, BERLIN)).changes).toBe(true);
    await kind.delete(id, outs);
    expect(host.zone).toBe("Etc/UTC");
  });

  it("takes no silence for a time zone", async () => {
    const host = new ClockHost("Europe/Berlin");
    const kind = served(host);
    const { id, outs = {} } = await kind.create(BERLIN);
    host.silent = true;
    await expect(kind.read(id, outs)).rejects.toThrow("could not be looked at");
    await expect(kind.create(BERLIN)).rejects.toThrow("could not be looked at");
    expect(host.scripts.filter((script) => script.includes("set-timezone"))).toEqual([]);
  });

  it("fails when a host says yes and does nothing", async () => {
    const host = new ClockHost("Etc/UTC");
    host.stubborn = true;
    await expect(served(host).create(BERLIN)).rejects.toThrow("looking again shows");
  });
});
