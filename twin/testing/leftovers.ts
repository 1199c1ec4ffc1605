import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { shortId } from "../plan/identity.js";

/**
 * Everything on the machine that bears a twin's name or its short form. It reads the kernel's own lists and not the
 * twin's, so that something that the twin forgot is found.
 */
export function leftoversOf(twin: string): string[] {
  const marks = [twin, shortId(twin)];
  const bears = (text: string) => marks.some((mark) => text.includes(mark));
  return [
    ...processes()
      .filter(({ words }) => bears(words))
      .map(({ words }) => `process ${words}`),
    ...lines("/proc/self/mountinfo")
      .filter(bears)
      .map((line) => `mount ${line}`),
    ...folder("/run/netns")
      .filter(bears)
      .map((name) => `namespace ${name}`),
    ...folder("/sys/class/net")
      .filter(bears)
      .map((name) => `interface ${name}`),
    ...folder("/sys/block")
      .map((name) => path.join("/sys/block", name, "loop", "backing_file"))
      .filter((file) => existsSync(file) && bears(readFileSync(file, "utf8")))
      .map((file) => `loop device ${file}`),
    ...folder("/sys/fs/cgroup")
      .filter(bears)
      .map((name) => `control group ${name}`),
    ...folder("/sys/fs/cgroup/unified")
      .filter(bears)
      .map((name) => `control group ${name}`),
    ...folder("/run/proxmox-ha/twins")
      .filter(bears)
      .map((name) => `run folder ${name}`),
    ...folder("/run/systemd/nspawn")
      .filter(bears)
      .map((name) => `container ${name}`),
  ];
}

function folder(name: string): string[] {
  return existsSync(name) ? readdirSync(name) : [];
}

function lines(file: string): string[] {
  return readFileSync(file, "utf8").split("\n");
}

/** The words of all processes but of those that only run this very test. */
function processes(): { words: string }[] {
  return folder("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const words = readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ").trim();
        return words === "" ? [] : [{ words }];
      } catch {
        // It has ended since the folder was read.
        return [];
      }
    });
}
