/** What a command line around the twin uses; tests find theirs in testing/. */
export { registerTwinCommands } from "./cli/register.js";
