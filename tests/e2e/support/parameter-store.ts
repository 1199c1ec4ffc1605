import { expect } from "vitest";
import type { ProgramTwin } from "./program-twin.js";

/** Asks the twin's parameter store as another program would, with `client` and `ssm`; gives back what the expression printed. */
export async function askStore(twin: ProgramTwin, expression: string): Promise<string> {
  const script = `const ssm = require("@aws-sdk/client-ssm");
const client = new ssm.SSMClient({});
(async () => { ${expression} })().catch((error) => { console.error(error); process.exit(1); });`;
  const done = await twin.startInside([process.execPath, "-e", script]).finished;
  expect([done.status, done.status === 0 ? "" : done.stderr]).toEqual([0, ""]);
  return done.stdout;
}
