const OPERATIONS = ["preview", "pre", "up", "update", "refresh", "destroy"];

/**
 * Whether words for Pulumi work on a stack in its own folder, and on which stack when they name one. Whoever says where Pulumi
 * shall work or what file it shall read has decided.
 * @param {readonly string[]} args
 * @returns {{ stack: string | undefined } | undefined}
 */
export function operationOf(args) {
  const takesNext = (/** @type {string | undefined} */ word) => word === "--stack" || word === "-s";
  const verb = args.find((word, at) => !word.startsWith("-") && !takesNext(args[at - 1]));
  if (verb === undefined || !OPERATIONS.includes(verb)) return undefined;
  if (args.some((word) => /^(-C|--cwd|--config-file|--help|-h)(=|$)/.test(word))) return undefined;
  const at = args.findIndex(takesNext);
  const joined = args.find((word) => word.startsWith("--stack="))?.slice("--stack=".length);
  return { stack: joined ?? (at === -1 ? undefined : args[at + 1]) };
}
