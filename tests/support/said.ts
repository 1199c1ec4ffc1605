import type { Part } from "../../dynamic-providers/transport/pvesh/part.js";
import { type Answers, answersOf } from "../../dynamic-providers/transport/pvesh/script.js";
import type { RunResult } from "../../dynamic-providers/transport/ssh/run-options.js";

interface Reply {
  readonly status?: number;
  readonly text?: string;
  readonly errors?: string;
}

/** What a host says to a script of parts when each command is answered like this. It stops where the script would. */
export function answered(script: string, reply: (command: string) => Reply): RunResult {
  let [stdout, stderr, status] = ["", "", 0];
  let command: string[] = [];
  for (const line of script.split("\n")) {
    const [, number, exits] = /^said (\d+) \$\?( \|\| exit)?$/.exec(line) ?? [];
    if (number === undefined) {
      command.push(line);
      continue;
    }
    const said = reply(command.join("\n"));
    command = [];
    status = said.status ?? 0;
    stdout += `${said.text ?? ""}\n@@proxmox-ha said ${number} ${status}\n`;
    stderr += said.errors ?? "";
    if (status !== 0 && exits !== undefined) {
      break;
    }
  }
  return { status, signal: undefined, stdout, stderr };
}

/** What a host says to scripts that are asked together. One without a reply has no end. */
export function answeredTogether(
  scripts: readonly string[],
  reply: (script: string) => RunResult | undefined,
): RunResult {
  const stdout = scripts.map((script, at) => {
    const mark = `\n@@proxmox-ha apart ${at}`;
    const said = reply(script);
    return said === undefined
      ? ""
      : `${said.stdout}${mark} out\n${said.stderr}${mark} ${said.status}\n`;
  });
  return { status: 0, signal: undefined, stdout: stdout.join(""), stderr: "" };
}

/** The log of a job whose last part is a task that ended well, behind so many other parts. */
export function taskLog(partsBefore = 0): string {
  const before = Array.from({ length: partsBefore }, (_, at) => `\n@@proxmox-ha said ${at} 0\n`);
  const end = JSON.stringify({ status: "stopped", exitstatus: "OK" });
  return `${before.join("")}UPID:frege:1:2:3:ceph:x:root@pam:\n\n@@proxmox-ha task ${end}\n\n@@proxmox-ha said ${partsBefore} 0\n`;
}

/** The answers to parts, in their order. */
export function saidOf(parts: readonly Part<unknown>[], texts: readonly string[]): Answers {
  const stdout = texts.map((text, at) => `${text}\n@@proxmox-ha said ${at} 0\n`).join("");
  const result: RunResult = { status: 0, signal: undefined, stdout, stderr: "" };
  return answersOf(parts, result, { tried: "to ask", node: "frege", doNext: "Ask again." });
}
