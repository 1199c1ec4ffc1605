import { z } from "zod";
import { unixHttp } from "../unix-http.js";

/**
 * The program that ipmi_sim runs for the chassis: `chassis.js <fault socket> <node> <mc> get power`,
 * `... set power 0|1` or `... set reset 1`. It passes the question on to the BMC process, where the faults are.
 */
export async function askChassis(args: readonly string[]): Promise<string> {
  const [socket = "", node = "", , verb = "", ...settings] = args;
  const path = `/bmcs/${encodeURIComponent(node)}/chassis`;
  if (verb === "get") {
    const lines = await Promise.all(
      settings.map(async (setting) => {
        if (setting !== "power") return `${setting}:0`;
        const answer = await unixHttp(socket, "GET", path);
        const { power } = z.object({ power: z.string() }).parse(JSON.parse(answer.text));
        // IPMI has one bit: whatever is not off counts as on.
        return `power:${power === "off" ? 0 : 1}`;
      }),
    );
    return `${lines.join("\n")}\n`;
  }
  const [setting, value] = settings;
  const action = actionOf(setting, value);
  if (action === undefined) throw new Error(`ipmi_sim asked for ${args.slice(3).join(" ")}`);
  const answer = await unixHttp(socket, "POST", path, { action });
  if (answer.status !== 200) throw new Error(`the BMC process answered ${answer.status}`);
  return "";
}

function actionOf(setting: string | undefined, value: string | undefined) {
  if (setting === "power") return value === "0" ? "off" : "on";
  if (setting === "reset") return "reset";
  if (setting === "shutdown") return "off";
  return undefined;
}

if (require.main === module) {
  askChassis(process.argv.slice(2)).then(
    (text) => process.stdout.write(text),
    (error: unknown) => {
      process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
      process.exitCode = 1;
    },
  );
}
