/**
 * The interpreter of the stack's hooks: @pulumi/command starts this file with the command as its last word. Whoever imports it gets
 * its path, and nothing is loaded or run.
 */
export const HOOK_RUNNER = __filename;

if (require.main === module) {
  void import("./main.js").then(({ main }) => main());
}
