/** How every verb describes its argument. */
export const STACK_ARGUMENT = "name of the stack, or its file Pulumi.<stack>.yaml";
