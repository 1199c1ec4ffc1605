import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import {
  placeOfFile,
  withFilesInPlace,
} from "../../../../../dynamic-providers/transport/ssh/own-files.js";
import { traceless } from "../../../../../dynamic-providers/transport/ssh/traceless.js";
import { FREGE } from "../../../../support/connection.js";

describe("a file that a connection names", () => {
  it.each([
    ["lies in the project", ".proxmox-ha/frege/known_hosts", undefined, undefined],
    [
      "lies in the project when the name of a folder is empty",
      ".proxmox-ha/frege/key",
      "",
      undefined,
    ],
    [
      "lies beside the state that the environment moved",
      ".proxmox-ha/frege/known_hosts",
      "/srv/state",
      "/srv/state/stacks/frege/known_hosts",
    ],
    ["is where the stack file says", "/etc/known", "/srv/state", undefined],
  ])("%s", (_, file, state, place) => {
    expect(placeOfFile(file, { PROXMOX_HA_STATE: state })).toBe(place ?? file);
  });

  it("has one place, however often it is asked for, also behind a relative name", () => {
    vi.stubEnv("PROXMOX_HA_STATE", ".proxmox-ha/ci");
    onTestFinished(() => void vi.unstubAllEnvs());
    const once = withFilesInPlace(FREGE);
    expect(once.knownHostsFile).toBe(path.resolve(".proxmox-ha/ci/stacks/frege/known_hosts"));
    expect(withFilesInPlace(once)).toEqual(once);
  });
});

describe("a look without traces", () => {
  it("takes the recorded host keys and the key from where the state lies", () => {
    const folder = mkdtempSync(path.join(tmpdir(), "own-files-"));
    vi.stubEnv("PROXMOX_HA_STATE", folder);
    onTestFinished(() => {
      vi.unstubAllEnvs();
      rmSync(folder, { recursive: true, force: true });
    });
    const [stack, scratch] = [path.join(folder, "stacks", "frege"), path.join(folder, "scratch")];
    mkdirSync(stack, { recursive: true });
    mkdirSync(scratch);
    expect(traceless(FREGE, scratch).auth.keyFile).toBeUndefined();
    writeFileSync(path.join(stack, "known_hosts"), "recorded\n");
    writeFileSync(path.join(stack, "id_ed25519"), "a key\n");
    const looking = traceless(FREGE, scratch);
    expect(looking.auth.keyFile).toBe(path.join(stack, "id_ed25519"));
    expect(path.dirname(looking.knownHostsFile)).toBe(scratch);
    expect(readFileSync(looking.knownHostsFile, "utf8")).toBe("recorded\n");
    expect(existsSync(path.join(scratch, "id_ed25519"))).toBe(false);
  });
});
