/** What a command line around the twin uses; tests find theirs in testing/. */
export { knownTwins } from "./cli/client.js";
export { registerTwinCommands } from "./cli/register.js";
