import { describe, expect, it } from "vitest";
import { downloadedImage } from "../../../../dynamic-providers/guest/image/provider.js";
import type { Host } from "../../../../dynamic-providers/kit/runtime.js";
import { type JsonObject, toStruct } from "../../../../dynamic-providers/kit/struct.js";
import { TASK_MARK } from "../../../../dynamic-providers/transport/pvesh/calls.js";
import { FREGE } from "../../../support/connection.js";
import { fakeRuntime } from "../../../support/fake-runtime.js";
import { answered } from "../../../support/said.js";

const RIGHT = "ab".repeat(32);
const OTHER = "cd".repeat(32);
const VOLUME = "nfs-isos:import/debian.qcow2";

const wished = (changes: Readonly<Record<string, unknown>> = {}): JsonObject =>
  toStruct({
    cluster: "ms01",
    connection: FREGE,
    name: "debian",
    storage: "nfs-isos",
    content: "import",
    file: "debian.qcow2",
    url: "https://images.example/debian.qcow2",
    algorithm: "sha256",
    checksum: RIGHT,
    ...changes,
  });

/** A storage with files by their volumes, each with its checksum; `served` is what a download brings. */
function serve(files: Record<string, string> = {}, served = RIGHT) {
  const said: string[] = [];
  const told: string[] = [];
  const reply = (command: string): { text?: string; status?: number; errors?: string } => {
    if (command.includes("checksum_of")) {
      const volume = /checksum_of '?\w+'? '?([^']+)'?$/.exec(command)?.[1] ?? "";
      return { text: files[volume] === undefined ? "none" : `${files[volume]}  -` };
    }
    // What stands before it are the client's own functions.
    const line = command.slice(command.lastIndexOf("pvesh "));
    if (/^pvesh'? '?get/.test(line)) {
      return { text: JSON.stringify(Object.keys(files).map((volid) => ({ volid, size: 1 }))) };
    }
    told.push(line);
    const sum = /--checksum '?([0-9a-f]+)'?/.exec(line)?.[1];
    const file = /--filename '?([^' ]+)'?/.exec(line)?.[1] ?? "";
    if (sum !== served) {
      const why = `checksum mismatch: got '${served}' != expect '${sum}'`;
      return { text: `\n${TASK_MARK}${JSON.stringify({ status: "stopped", exitstatus: why })}` };
    }
    files[`nfs-isos:import/${file}`] = served;
    return { text: `\n${TASK_MARK}{"status":"stopped","exitstatus":"OK"}` };
  };
  let silent = false;
  const host: Pick<Host, "node" | "run"> = {
    node: "frege",
    run: (script) => {
      if (silent) {
        throw new Error("no route to host");
      }
      return Promise.resolve(answered(script, reply));
    },
  };
  const clock = { now: () => 0, sleep: () => Promise.resolve() };
  const runtime = fakeRuntime("image", host, clock, (line) => said.push(line));
  return {
    files,
    said,
    told,
    image: downloadedImage.serve(runtime),
    silence: () => {
      silent = true;
    },
  };
}

const reasons = ({
  failures,
}: {
  readonly failures: readonly { readonly reason: string }[];
}): string => failures.map(({ reason }) => reason).join("\n");

describe("an image", () => {
  it("is downloaded by Proxmox with its checksum, once", async () => {
    const { image, told, files } = serve();
    const { id, outs } = await image.create(wished());
    expect(told).toHaveLength(1);
    expect(told[0]).toContain("/nodes/frege/storage/nfs-isos/download-url");
    expect(told[0]).toMatch(/checksum-algorithm'? '?sha256/);
    expect(files).toEqual({ [VOLUME]: RIGHT });
    expect(outs).toMatchObject({ volume: VOLUME, drift: [] });
    expect((await image.read(id, outs)).props.drift).toEqual([]);
    await image.update(id, outs, wished({ url: "https://mirror.example/debian.qcow2" }));
    expect(told).toHaveLength(1);
  });

  it("with another checksum than its file has is not there afterwards, and says which was found", async () => {
    const { image, files } = serve({}, OTHER);
    await expect(image.create(wished())).rejects.toThrow(`checksum mismatch: got '${OTHER}'`);
    expect(files).toEqual({});
  });

  it("that somebody has put there is taken over, which the preview says, and is not downloaded", async () => {
    const { image, told, said } = serve({ [VOLUME]: RIGHT });
    expect(reasons(await image.check({}, wished()))).toBe("");
    expect(said.join("\n")).toContain(": on the cluster already, and as wanted");
    await image.create(wished());
    expect(told).toEqual([]);
  });

  it("of whose name another file is there is refused, in the preview too", async () => {
    const { image, told } = serve({ [VOLUME]: OTHER });
    expect(reasons(await image.check({}, wished()))).toMatch(
      new RegExp(`a file of that name is there, and its sha256 is ${OTHER}`),
    );
    await expect(image.create(wished())).rejects.toThrow(/pvesm free/);
    expect(told).toEqual([]);
  });

  it("gets another checksum by another name alone", async () => {
    const { image } = serve({ [VOLUME]: RIGHT });
    const { id, outs } = await image.create(wished());
    expect(reasons(await image.check(wished(), wished({ checksum: OTHER })))).toMatch(
      /never downloaded again[\s\S]*Write a name of its own/,
    );
    const renamed = wished({ file: "debian-2.qcow2" });
    expect(reasons(await image.check(wished(), renamed))).toBe("");
    await image.update(id, outs, renamed);
  });

  it("that has another name says that the old file stays", async () => {
    const { image, said, files } = serve({ [VOLUME]: RIGHT });
    const { id, outs } = await image.create(wished());
    const renamed = wished({ file: "debian-2.qcow2" });
    await image.check(wished(), renamed);
    expect(said.join("\n")).toContain(`${VOLUME} stays`);
    await image.update(id, outs, renamed);
    expect(Object.keys(files)).toEqual([VOLUME, "nfs-isos:import/debian-2.qcow2"]);
  });

  it("that leaves the file stays on its storage, and says how it goes", async () => {
    const { image, said, files } = serve();
    const { id, outs } = await image.create(wished());
    await image.delete(id, outs);
    expect(files).toEqual({ [VOLUME]: RIGHT });
    expect(said.join("\n")).toContain(`pvesm free ${VOLUME}`);
  });

  it("is given back to the file when it is gone, and not when nobody could look", async () => {
    const { image, files, silence } = serve();
    const { id, outs } = await image.create(wished());
    delete files[VOLUME];
    expect((await image.read(id, outs)).props).toEqual({});
    silence();
    await expect(image.read(id, outs)).rejects.toThrow(/no route to host/);
  });
});
