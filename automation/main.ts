import { createProgram } from "./program.js";

// The entry of the command line: whoever requires this file runs it.
void createProgram().parseAsync(process.argv);
