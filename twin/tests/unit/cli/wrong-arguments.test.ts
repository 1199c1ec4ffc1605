import { Command, CommanderError } from "commander";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { registerTwinCommands } from "../../../cli/register.js";

let said = "";
beforeEach(() => {
  said = "";
  vi.spyOn(process.stderr, "write").mockImplementation((text) => {
    said += String(text);
    return true;
  });
});
afterEach(() => {
  vi.restoreAllMocks();
  process.exitCode = undefined;
});

/** Runs a verb that must not get as far as a twin. */
async function refusal(words: string): Promise<string> {
  const program = new Command("twin").enablePositionalOptions().exitOverride();
  registerTwinCommands(program);
  const verb = program.parseAsync(words.split(" "), { from: "user" });
  const code = await verb.then(
    () => process.exitCode,
    (error: unknown) => (error instanceof CommanderError ? 2 : error),
  );
  expect(code).toBe(2);
  return said;
}

it.each([
  ["up", "missing required argument 'stack'"],
  ["up frege again", "too many arguments for 'up'"],
  ["up frege --time-scale fast", "write a number above 0"],
  ["up frege --time-scale 0", "write a number above 0"],
  ["up frege --sideways", "unknown option '--sideways'"],
  ["run", "missing required argument 'twin'"],
  ["run frege", "missing required argument 'command'"],
  ["run No -- true", '"No" cannot be the name of a twin'],
  ["status No", '"No" cannot be the name of a twin'],
  ["status no-such-twin", 'no twin "no-such-twin" is running'],
  ["ssh frege", "missing required argument 'node'"],
  ["ssh No frege", '"No" cannot be the name of a twin'],
  ["ssh no-such-twin frege", 'no twin "no-such-twin" is running'],
  ["console No frege", '"No" cannot be the name of a twin'],
  ["console no-such-twin frege", 'no twin "no-such-twin" is running'],
  ["logs No", '"No" cannot be the name of a twin'],
  ["logs no-such-twin", 'no twin "no-such-twin" is running'],
  ["power frege frege", "missing required argument 'action'"],
  ["power frege frege explode", 'power cannot be switched "explode"; there are on, off'],
  ["power no-such-twin frege on", 'no twin "no-such-twin" is running'],
  ["reinstall frege", "missing required argument 'node'"],
  ["reinstall No frege", '"No" cannot be the name of a twin'],
  ["fault frege", "missing required argument 'kind'"],
  ["fault frege gremlins", 'there is no fault "gremlins"; there are:'],
  ["fault frege host-kill", "this fault is written: host-kill HOST\nHOST is missing"],
  ["fault No host-kill a", '"No" cannot be the name of a twin'],
  ["fault no-such-twin host-kill a", 'no twin "no-such-twin" is running'],
  ["heal No", '"No" cannot be the name of a twin'],
  ["snapshot frege ../x", '"../x" cannot be the label of a snapshot'],
  ["restore frege ../x", '"../x" cannot be the label of a snapshot'],
  ["restore no-such-twin formed", 'no twin "no-such-twin" is running'],
  ["down No", '"No" cannot be the name of a twin'],
  ["down a b", "too many arguments for 'down'"],
])("a wrong argument is told in a sentence: twin %s", async (words, sentence) => {
  const text = await refusal(words);
  expect(text).toContain(sentence);
  expect(text).not.toMatch(/Invalid input|expected string|✖|^\s+at /m);
});
